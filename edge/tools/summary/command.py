"""The command `summary`: reads logs once, and tells what is in them."""

import os
from collections.abc import Iterable
from pathlib import Path

from edge.contract.errors import InputError
from edge.contract.paths import identity
from edge.outputs.log.parts import files_of, unique
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
        InputError: a log is not there or is none, the day is none, or an output is a log or the other output.
        OutputError: a file cannot be written.
    """
    _check_apart(logs, csv, html)
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


def _check_apart(logs: list[Path], csv: Path | None, html: Path | None) -> None:
    """What is written replaces neither what is read, nor the other output."""
    taken = {key: f"a file of the log {log}" for log in logs for file in files_of(log) for key in _keys(file)}
    for option, path in (("--csv", csv), ("--html", html)):
        keys = [] if path is None else _keys(path)
        for key in keys:
            if key in taken:
                raise InputError(f"{option} {path}: is {taken[key]}; name another file")
        taken |= dict.fromkeys(keys, "what --csv writes")


def _keys(path: Path) -> list[object]:
    """What two names of one file have in common: where they lead, and the file itself where there is one."""
    place, known = os.path.realpath(path), identity(path)  # links in a circle, too, lead somewhere here
    return [place] if known is None else [place, known]
