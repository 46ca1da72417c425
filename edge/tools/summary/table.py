"""A summary for the terminal."""

from collections.abc import Iterator

from edge.tools.summary.day import clock, length
from edge.tools.summary.figures import Figures, Row
from edge.tools.summary.words import plain

_OUTAGES = 20
"""Outages that are listed; of more, the last ones."""


def lines(figures: Figures) -> Iterator[str]:
    """The summary, line by line."""
    tally = figures.tally
    if tally.first > tally.last:
        yield "no events"
        yield from _outages(figures) if figures.outages else ()
        yield from (f"note: {note}" for note in figures.notes())
        return
    runs = f", {tally.runs} start{'s' if tally.runs != 1 else ''}" if tally.runs else ""
    yield f"{clock(tally.first)} to {clock(tally.last)}, local time{runs}"
    yield ""
    yield from _minutes(figures)
    yield ""
    yield from _facts(figures)
    yield from _outages(figures)
    yield from (f"note: {note}" for note in figures.notes())


def _minutes(figures: Figures) -> Iterator[str]:
    if not figures.hours:
        yield "no faces"
        return
    names = [plain(emotion) for emotion in figures.emotions]
    yield "minutes     " + "".join(f"{name:>10}" for name in (*names, "all", "faces"))
    if len(figures.days) > 1:
        yield from (_row(row, figures.emotions) for row in figures.days)
        yield ""
    yield from (_row(row, figures.emotions) for row in (*figures.hours, figures.total))


def _row(row: Row, emotions: tuple[str, ...]) -> str:
    cells = [*(_cell(row.seconds.get(emotion, 0.0)) for emotion in emotions), _cell(row.total), f"{row.faces:,}"]
    return f"{row.name:<12}" + "".join(f"{cell:>10}" for cell in cells)


def _cell(seconds: float) -> str:
    return f"{seconds / 60:,.1f}" if seconds >= 3 else ("0.0" if seconds > 0 else "·")


def _facts(figures: Figures) -> Iterator[str]:
    yield f"faces seen       {figures.total.faces:,}"
    if figures.lasted:
        yield f"episodes         {len(figures.tally.episodes):,}, {figures.lasted}"
    yield f"gate rejections  {figures.rejected:,}"


def _outages(figures: Figures) -> Iterator[str]:
    outages = figures.outages
    yield f"camera outages   {len(outages):,}" + (f", {length(figures.away)} in all" if outages else "")
    for outage in outages[-_OUTAGES:]:
        until = length(outage.seconds) if outage.back else "not back"
        yield f"  {clock(outage.start)}  {until:>8}  {plain(figures.name(outage.camera))}"
