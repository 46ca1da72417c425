"""The command `summary`: reads logs once, and tells what is in them."""

from collections.abc import Iterable
from pathlib import Path

from edge.contract.errors import InputError
from edge.outputs.log.parts import unique
from edge.outputs.log.reader import Entry, LogReader
from edge.terminal.messages import tell
from edge.tools.summary.day import parse_day, span
from edge.tools.summary.export import exported
from edge.tools.summary.figures import Figures
from edge.tools.summary.page import write_page
from edge.tools.summary.table import lines
from edge.tools.summary.tally import KINDS, Tally


def summarize(logs: list[Path], day: str | None, csv: Path | None, html: Path | None) -> None:
    """Prints a summary of logs, and writes their events or a page where asked.

    Args:
        logs: each with all files that were rotated from it.
        day: a local day, as `parse_day` takes it; None for all days.
        csv: file for the events; None for none.
        html: file for a page; None for none.

    Raises:
        InputError: a log is not there or is none, or the day is none.
        OutputError: a file cannot be written.
    """
    tally = Tally() if day is None else Tally(*span(parse_day(day)))
    reader = LogReader(logs, KINDS if csv is None else None)
    chosen: Iterable[Entry] = reader
    if csv is not None:
        chosen = exported(reader, csv, tally.begin, tally.end)
    for entry in chosen:
        tally.add(entry)
    if reader.broken and not reader.events:
        raise InputError(f"{', '.join(map(str, logs))}: not an event log: none of its lines is an event")
    tally.finish()
    figures = Figures.of(tally, reader.broken, reader.lost)
    if html is not None:
        write_page(html, figures, [log.name for log in unique(logs)])
    for line in lines(figures):
        print(line)
    for path in filter(None, (csv, html)):
        tell(f"wrote {path}")
