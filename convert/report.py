"""What a conversion tells the person who ran it."""

from pathlib import Path

from convert.conversion import Converted
from edge.contract.manifest import Manifest


def describe(converted: Converted, path: Path, origin: Path) -> str:
    """Sizes, accuracy before and after, agreement: a few lines, for after both files are written."""
    parity, manifest = converted.parity, converted.manifest
    validation, *others = converted.measured
    before, after = origin.stat().st_size, len(converted.data)
    lines = [
        f"{path}: {after / 1024:,.0f} KiB, from {before / 1024:,.0f} KiB of Keras",
        f"{Manifest.beside(path)}: its manifest (sha256 {manifest.sha256[:12]}..., threshold {manifest.threshold:g})",
        f"{validation.exam.title}: top-1 {parity.keras_top1:.2%} before, {parity.int8_top1:.2%} after; "
        f"the same answer on {parity.agreement:.2%} of {parity.images:,} pictures, "
        f"probabilities within {parity.largest_difference:.3f}",
    ]
    for other in others:
        lines.append(f"{other.exam.title}: top-1 {other.metrics.top1:.2%} after, macro-F1 {other.metrics.macro_f1:.3f}")
    return "\n".join(lines)
