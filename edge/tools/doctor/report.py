"""What was found: for people in a table, for programs as JSON."""

import json
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TextIO

from edge import __version__
from edge.terminal.colours import Paint
from edge.tools.doctor.finding import Finding, State
from edge.tools.doctor.host import Host

_WORDS: dict[State, str] = {"ok": "ok", "note": "note", "problem": "PROBLEM", "skipped": "-"}
_COLOURS: dict[State, str] = {"ok": "green", "note": "yellow", "problem": "red", "skipped": "faint"}
_STATE = 9
"""Columns of the word in front."""
_NAME = (10, 24)
"""Columns of a check's name: at least, at most."""


def lines(host: Host, findings: Sequence[Finding], stream: TextIO, *, brief: bool = False) -> Iterator[str]:
    """The table, line by line.

    Args:
        host: the machine, for the heading.
        findings: what was found, in order.
        stream: where it will be printed: decides on colours.
        brief: whether to leave out all that is well.
    """
    paint, width = Paint(stream), max(60, min(shutil.get_terminal_size().columns, 120))
    shown = [finding for finding in findings if not brief or finding.state in ("note", "problem")]
    longest = max((len(finding.check) for finding in shown), default=0)
    column = min(max(longest, _NAME[0]), _NAME[1]) + 2
    if not brief:
        yield _heading(host)
        yield ""
    for finding in shown:
        yield from _row(finding, paint, column, width)
    yield from _end(findings, paint, brief)


def as_json(host: Host, findings: Sequence[Finding]) -> str:
    """All of it as one object; `healthy` is what the exit code says."""
    form = {
        "v": 1,
        "version": __version__,
        "board": host.board,
        "system": host.system,
        "healthy": not any(finding.state == "problem" for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(form, ensure_ascii=False, indent=2)


def _heading(host: Host) -> str:
    return ", ".join(filter(None, (f"emotion-edge {__version__}", host.board, host.system, host.machine)))


def _row(finding: Finding, paint: Paint, column: int, width: int) -> Iterator[str]:
    """Text is broken at the terminal's edge, commands never: they are to be copied."""
    indent = _STATE + column
    state = paint(f"{_WORDS[finding.state]:<{_STATE}}", _COLOURS[finding.state])
    name = f"{finding.check:<{column}}"
    if len(finding.check) >= column:
        yield state + finding.check
        state, name = " " * _STATE, " " * column
    text = textwrap.wrap(finding.text, width - indent, break_long_words=False, break_on_hyphens=False) or [""]
    faint = finding.state == "skipped"
    yield state + name + (paint(text[0], "faint") if faint else text[0])
    yield from (" " * indent + line for line in text[1:])
    yield from (" " * indent + "$ " + paint(command, "bold") for command in finding.mend)


def _end(findings: Sequence[Finding], paint: Paint, brief: bool) -> Iterator[str]:
    problems = sum(finding.state == "problem" for finding in findings)
    notes = sum(finding.state == "note" for finding in findings)
    if brief:
        return
    told = f", {_count(notes, 'note')}" if notes else ""
    yield ""
    if problems:
        yield (
            paint(f"{_count(problems, 'problem')}{told}", "red")
            + "; the lines with a $ mend it, or show more: from top to bottom, then ask again"
        )
    else:
        yield paint("all is well", "green") + told


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
