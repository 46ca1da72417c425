"""What a conversion tells the person who ran it."""

from pathlib import Path

from convert.conversion import Converted
from convert.origin.source import Source
from convert.parity import Parity
from edge.contract.manifest import Manifest


def describe(converted: Converted, path: Path, source: Source, latency: float) -> str:
    """Sizes, accuracy before and after, agreement: a few lines, for after both files are written.

    Args:
        converted: what was written.
        path: of the model.
        source: the network.
        latency: of one picture, in milliseconds.
    """
    parity, manifest = converted.parity, converted.manifest
    validation, *others = converted.measured
    origin = f", from {_kib(source.file.size)} of {source.file.format}" if source.file else ""
    lines = [
        f"{path}: {_kib(len(converted.data))}{origin}; {latency:.2f} ms a picture here, on one thread",
        f"{Manifest.beside(path)}: its manifest (sha256 {manifest.sha256[:12]}..., threshold {manifest.threshold:g})",
        f"{validation.exam.title}: top-1 {parity.keras_top1:.2%} before, {parity.top1:.2%} after"
        + (f" (top-3 {parity.keras_top3:.2%}, {parity.top3:.2%})" if len(manifest.labels) > 3 else "")
        + f"; the same answer on {parity.agreement:.2%} of {parity.images:,} pictures, "
        f"probabilities within {parity.largest_difference:.3f}",
        f"{validation.exam.title}: recall {_changes(parity)}",
    ]
    for other in others:
        lines.append(f"{other.exam.title}: top-1 {other.metrics.top1:.2%} after, macro-F1 {other.metrics.macro_f1:.3f}")
    lines.extend(f"forced: {objection}" for objection in manifest.provenance.get("forced", ()))
    return "\n".join(lines)


def _changes(parity: Parity) -> str:
    return ", ".join(f"{label} {100 * change:+.1f}" for label, change in parity.recall_change.items()) + " points"


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
