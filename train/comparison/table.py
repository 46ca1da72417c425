"""The comparison as a table: for people, for a page in Markdown, and for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from edge.contract.errors import InputError
from train.comparison.contender import Contender, Int8

_NONE = "-"
_RECALL = "recall_"

HEADINGS = (
    "run",
    "network",
    "balancing",
    "epochs",
    "parameters",
    "validation",
    "test",
    "macro-F1",
    "int8 test",
    "int8 size",
    "one picture",
)


def cells(one: Contender) -> list[str]:
    """A row for people, under `HEADINGS`."""
    small = one.int8
    return [
        one.path.name,
        one.architecture,
        one.balancing,
        f"{one.epochs} of {one.published}" if one.shortened else str(one.epochs or _NONE),
        f"{one.parameters:,}",
        f"{one.validation:.1%}",
        _share(one.test),
        _NONE if one.macro_f1 is None else f"{one.macro_f1:.3f}",
        _share(small.top1 if small else None),
        f"{small.size / 1024:,.0f} KiB" if small else _NONE,
        f"{small.milliseconds:.2f} ms" if small and small.milliseconds else _NONE,
    ]


def to_text(contenders: Sequence[Contender]) -> str:
    """Aligned columns for a terminal, the best on the validation split first."""
    rows = [HEADINGS, *map(cells, ranked(contenders))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if number < 3 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def to_markdown(contenders: Sequence[Contender]) -> str:
    """The same table, and under it the recall of each label."""
    found = ranked(contenders)
    labels = list(dict.fromkeys(label for one in found for label in one.recall))
    recalls = [[one.path.name, *(_share(one.recall.get(label)) for label in labels)] for one in found]
    parts = [_markdown(HEADINGS, map(cells, found)), "Recall of each label:", _markdown(["run", *labels], recalls)]
    if any(one.shortened for one in found):
        parts.insert(1, "Where epochs are given as N of M, the training was shortened for a quick comparison.")
    if other := [one for one in found if one.precision]:
        names = ", ".join(f"{one.path.name} ({one.precision})" for one in other)
        parts.insert(1, f"Trained in another precision than the recipe's: {names}.")
    if earlier := [one.path.name for one in found if one.earlier]:
        parts.insert(1, f"Taken from an earlier comparison, times too: {', '.join(earlier)}.")
    return "\n\n".join(parts) + "\n"


def to_csv(contenders: Sequence[Contender]) -> str:
    """Every figure unrounded; `from_csv` reads it."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    labels = list(dict.fromkeys(label for one in contenders for label in one.recall))
    names = ["run", "recipe", "architecture", "balancing", "epochs", "published_epochs", "precision"]
    names += ["parameters", "validation", "test", "macro_f1", "int8_test", "int8_bytes", "int8_milliseconds"]
    table.writerow([*names, *(_RECALL + label for label in labels)])
    for one in ranked(contenders):
        small = (one.int8.top1, one.int8.size, one.int8.milliseconds) if one.int8 else (None, None, None)
        known = (one.path.name, one.recipe, one.architecture, one.balancing, one.epochs, one.published, one.precision)
        recall = [one.recall.get(label) for label in labels]
        table.writerow([*known, one.parameters, one.validation, one.test, one.macro_f1, *small, *recall])
    return text.getvalue()


def from_csv(path: Path) -> list[Contender]:
    """The rows of an earlier comparison, as they were.

    Raises:
        InputError: the file cannot be read or is no such table.
    """
    try:
        found = [_earlier(row) for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: not a comparison.csv as compare writes it ({error!r})") from None
    if not found:
        raise InputError(f"{path}: a table without a row")
    return found


def _earlier(row: Mapping[str, str]) -> Contender:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    if None in row.values():
        raise ValueError("a row is cut off")
    small = (
        Int8(int(row["int8_bytes"]), number("int8_test"), number("int8_milliseconds")) if row["int8_bytes"] else None
    )
    return Contender(
        Path(row["run"]),
        row["recipe"],
        row["architecture"],
        row["balancing"],
        int(row["epochs"]),
        int(row["published_epochs"]),
        int(row["parameters"]),
        float(row["validation"]),
        number("test"),
        number("macro_f1"),
        {name.removeprefix(_RECALL): float(row[name]) for name in row if name.startswith(_RECALL) and row[name]},
        row["precision"] or None,
        small,
        earlier=True,
    )


def to_json(contenders: Sequence[Contender]) -> str:
    """The same as a list of objects."""
    return json.dumps([{**asdict(one), "path": str(one.path)} for one in ranked(contenders)], indent=2)


def ranked(contenders: Sequence[Contender]) -> list[Contender]:
    """The best on the validation split first: choices are made there."""
    return sorted(contenders, key=lambda one: -one.validation)


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1%}"


def _markdown(headings: Sequence[str], rows: "object") -> str:
    lines = [headings, ["---"] * len(headings), *rows]  # type: ignore[misc]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
