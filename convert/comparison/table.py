"""Every kind of one model, converted and measured: which is worth its size and time."""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from convert.calibration import CalibrationList
from convert.comparison.stopwatch import Cost, cost
from convert.conversion import Converted, convert
from convert.origin.source import Source
from convert.tflite.quantize import KINDS
from convert.writing import write_pair
from edge.contract.errors import EdgeError
from train.datasets.examples import Splits

log = logging.getLogger(__name__)

THREADS = (1, 2)
"""How many threads each kind is timed with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind. Shares are 0 to 1.

    Attributes:
        kind: one of `convert.tflite.quantize.KINDS`.
        size: bytes of the file.
        top1: accuracy on the validation split.
        agreement: share of its pictures on which the best label is the network's.
        largest_difference: of any probability from the network's, at temperature 1.
        costs: for each of `THREADS`.
        objections: why it would not be written, for people.
    """

    kind: str
    size: int
    top1: float
    agreement: float
    largest_difference: float
    costs: tuple[Cost, ...]
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows, what they were measured on, what the network itself reaches there, and the kinds that failed."""

    where: str
    images: int
    keras_top1: float
    rows: tuple[Row, ...]
    failed: dict[str, str]


def compare_kinds(source: Source, splits: Splits, listed: CalibrationList, runs: int) -> Comparison:
    """Converts to every kind and measures each, its time and memory in a process of its own.

    They are compared on the validation split; hand over no test split, which is left for the one that is chosen.

    Raises:
        EdgeError: no kind can be made; the reason of the first.
    """
    rows: list[Row] = []
    failed: dict[str, EdgeError] = {}
    where, images, keras = "", 0, 0.0
    for kind in KINDS:
        try:
            made = convert(source, splits, listed, kind, kind, force=True)
            rows.append(_row(kind, made, runs))
        except EdgeError as error:
            log.warning("%s: %s", kind, error)
            failed[kind] = error
            continue
        where, images, keras = made.measured[0].exam.title, made.parity.images, made.parity.keras_top1
    if not rows:
        raise next(iter(failed.values()))
    return Comparison(where, images, keras, tuple(rows), {kind: str(error) for kind, error in failed.items()})


def _row(kind: str, made: Converted, runs: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        path = Path(folder) / f"{kind}.tflite"
        write_pair(path, made.data, made.manifest)
        costs = tuple(cost(path, threads, runs) for threads in THREADS)
    parity = made.parity
    objections = tuple(made.manifest.provenance.get("forced", ()))
    return Row(kind, len(made.data), parity.top1, parity.agreement, parity.largest_difference, costs, objections)


def describe(found: Comparison) -> str:
    """The table for people."""
    head = f"{'kind':<9}{'size':>11}{'top-1':>9}{'agrees':>9}{'differs':>9}"
    head += "".join(f"{f'{threads} thread' + 's' * (threads > 1):>12}" for threads in THREADS) + f"{'memory':>11}"
    lines = [
        f"{found.where}: {found.images:,} pictures, top-1 of the network {found.keras_top1:.2%}",
        head,
        *(_line(row) for row in found.rows),
        *(f"{row.kind}: {objection}" for row in found.rows for objection in row.objections),
        *(f"{kind} failed: {why}" for kind, why in found.failed.items()),
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    line = f"{row.kind:<9}{f'{row.size / 1024:,.0f} KiB':>11}{row.top1:>9.2%}{row.agreement:>9.2%}"
    line += f"{row.largest_difference:>9.3f}"
    line += "".join(f"{f'{cost.median:.2f} ms':>12}" for cost in row.costs)
    memory = [cost.resident for cost in row.costs if cost.resident is not None]
    return line + (f"{f'{max(memory):.0f} MiB':>11}" if memory else f"{'?':>11}")
