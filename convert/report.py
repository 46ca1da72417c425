"""What a conversion tells the person who ran it."""

from pathlib import Path

from convert.conversion import Converted
from convert.measuring import Measured
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
        f"probabilities at temperature 1 within {parity.largest_difference:.3f}",
        f"{validation.exam.title}: recall {_changes(parity)}",
    ]
    lines.extend(_other(other, converted) for other in others)
    lines.extend(f"forced: {objection}" for objection in manifest.provenance.get("forced", ()))
    return "\n".join(lines)


def _other(measured: Measured, converted: Converted) -> str:
    """Another output on the set that choices are made on, or another set, of which the network was asked nothing."""
    judged = measured.exam.set == converted.measured[0].exam.set
    before = f"{converted.parities[measured.exam.output].keras_top1:.2%} before, " if judged else ""
    figures = measured.metrics
    return f"{measured.exam.title}: top-1 {before}{figures.top1:.2%} after, macro-F1 {figures.macro_f1:.3f}"


def _changes(parity: Parity) -> str:
    return ", ".join(f"{label} {100 * change:+.1f}" for label, change in parity.recall_change.items()) + " points"


def _kib(size: int) -> str:
    return f"{size / 1024:,.0f} KiB"
