"""Every trial as a row: a CSV for programs, and a workbook as people keep them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.contract.storage import write_whole
from train.tuning.space import SPACE
from train.tuning.trials import Tried

_FIGURES = {"top1": "validation top-1", "top3": "validation top-3", "macro_f1": "validation macro-F1"}

_FORMATS = {"l1": "0.0E+00", "l2": "0.0E+00", "rate": "0.0E+00", "dropout": "0.00", "seconds": "0"}
"""Of numbers in the workbook; the shares are percentages."""


def headings() -> list[str]:
    """The names of the columns."""
    return ["trial", *SPACE, *_FIGURES.values(), "best epoch", "parameters", "seconds", "folder"]


def row(tried: Tried) -> list[Any]:
    """A trial's cells."""
    known = [tried.figures[name] for name in (*_FIGURES, "best_epoch", "parameters")]
    values = [_plain(tried.values[name]) for name in SPACE]
    return [tried.number, *values, *known, round(tried.seconds, 1), tried.folder]


def _plain(value: Any) -> Any:
    """0.15 instead of 0.15000000000000002."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def write_csv(tried: Sequence[Tried], path: Path) -> None:
    """Writes all of them. Raises OutputError where it cannot."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerows([headings(), *map(row, tried)])
    write_whole(path, text.getvalue().encode())


def write_workbook(tried: Sequence[Tried], settled: Mapping[str, Any], path: Path) -> None:
    """Writes a sheet of all trials, the best in bold, and one of what they have in common.

    Raises:
        OutputError: it cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "trials"
    sheet.append(headings())
    best = max(tried, key=lambda one: one.figures["top1"], default=None)
    for one in tried:
        sheet.append(row(one))
        if one is best:
            for cell in sheet[sheet.max_row]:
                cell.font = Font(bold=True)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, name in zip(sheet.columns, headings(), strict=True):
        _format(column, "0.0%" if name in _FIGURES.values() else _FORMATS.get(name))
        sheet.column_dimensions[column[0].column_letter].width = max(len(name), 8) + 2
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    common = book.create_sheet("study")
    for name, value in settled.items():
        common.append([name, value if isinstance(value, int | float | str) else str(value)])
    common.column_dimensions["A"].width, common.column_dimensions["B"].width = 16, 70
    text = io.BytesIO()
    book.save(text)
    write_whole(path, text.getvalue())


def _format(column: Sequence[Any], form: str | None) -> None:
    for cell in column[1:]:
        cell.number_format = form or cell.number_format
