"""A summary as a page: one file that opens anywhere, without a network."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from edge.contract.storage import write_whole
from edge.tools.summary.day import clock, length, local, span
from edge.tools.summary.drawing import DAY, Outing, bars, marks, minute_of_day, paint, strip
from edge.tools.summary.fields import Camera
from edge.tools.summary.figures import Figures, Row
from edge.tools.summary.outages import Outage
from edge.tools.summary.words import escaped

_STYLE = Path(__file__).with_name("style.css")
_STRIPS = 62
"""Days that are drawn one by one, times cameras; of more, the last ones."""
_HATCH = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><pattern id="hatch" width="6" height="6" '
    'patternUnits="userSpaceOnUse"><path d="M0 6L6 0"/></pattern></svg>'
)


def write_page(path: Path, figures: Figures, logs: Sequence[str]) -> None:
    """Writes the page of `build_page`. Raises OutputError where the file cannot be written."""
    write_whole(path, build_page(figures, logs).encode())


def build_page(figures: Figures, logs: Sequence[str]) -> str:
    """The page as HTML; `logs` are the names of what was read."""
    title = ", ".join(logs)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}: summary</title>\n<style>\n{_STYLE.read_text()}</style>\n</head>\n<body>\n"
        f"<h1>{escaped(title)}</h1>\n" + "\n".join(_parts(figures)) + "\n</body>\n</html>\n"
    )


def _parts(figures: Figures) -> Iterator[str]:
    tally = figures.tally
    if tally.first > tally.last:
        yield '<p class="soft">no events</p>'
    else:
        yield f'<p class="soft">{clock(tally.first)} to {clock(tally.last)}, local time</p>'
    yield _headline(figures)
    if figures.emotions:
        yield _shares(figures)
        yield "<h2>Minute by minute</h2>" + _HATCH + _timeline(figures)
        yield "<h2>By hour of the day</h2>" + _columns(figures)
        yield _table("hour", figures.hours, figures)
        if len(figures.days) > 1:
            yield "<h2>By day</h2>" + _table("day", figures.days, figures)
    yield from _outages(figures)
    notes = figures.notes()
    if notes:
        yield "<h2>What is missing</h2>" + "".join(f"<p>{escaped(note)}</p>" for note in notes)
    yield (
        "<footer>Expressions, not feelings: a smile is not happiness. A minute with two faces counts for each of "
        "them.</footer>"
    )


def _headline(figures: Figures) -> str:
    tiles = (
        ("faces seen", f"{figures.total.faces:,}", figures.lasted),
        ("with a face", length(figures.total.total), "over all faces"),
        ("gate rejections", f"{figures.rejected:,}", "windows that were no human face"),
        ("camera outages", f"{len(figures.outages):,}", f"{length(figures.away)} in all" if figures.outages else ""),
    )
    drawn = (
        f"<div>{escaped(name)}<b>{escaped(value)}</b><span>{escaped(note)}</span></div>" for name, value, note in tiles
    )
    return f'<div class="figures">{"".join(drawn)}</div>'


def _shares(figures: Figures) -> str:
    total = figures.total
    parts, legend = [], []
    for emotion in figures.emotions:
        seconds = total.seconds[emotion]
        share = seconds / total.total if total.total else 0.0
        said = f"{share:.0%}, {length(seconds)}"
        parts.append(
            f'<i style="flex-grow:{share:.4f};background:{paint(emotion)}" title="{escaped(f"{emotion} {said}")}"></i>'
        )
        legend.append(f'<li><i style="background:{paint(emotion)}"></i>{escaped(emotion)} <span>{said}</span></li>')
    return f'<div class="share">{"".join(parts)}</div><ul class="legend">{"".join(legend)}</ul>'


def _timeline(figures: Figures) -> str:
    lost = {(outage.camera, day) for outage in figures.outages for day in _days(outage)}
    rows = sorted({*figures.bins, *lost}, key=lambda row: (row[1], row[0]))
    several = len({camera for camera, _ in rows}) > 1
    left_out = len(rows) - _STRIPS
    shown = rows[-_STRIPS:]
    outings = {row: list(_outings(figures, *row)) for row in shown}
    bins = {row: figures.bins.get(row, {}) for row in shown}
    hours = marks(time for row in shown for time in (*bins[row], *chain.from_iterable(outings[row])))
    drawn = []
    for camera, day in shown:
        name = f"{day:%a} {day.day} {day:%b}" + (f"<br>{escaped(figures.name(camera))}" if several else "")
        drawn.append(f'<div class="side">{name}</div>{strip(bins[camera, day], outings[camera, day], hours)}')
    axis = "".join(f"<span>{hour:02}:00</span>" for hour in hours)
    note = f'<p class="soft">{left_out:,} earlier days are not drawn.</p>' if left_out > 0 else ""
    said = (
        "Each minute has the colour of the emotion that lasted longest in it, and is as high as a face was seen in it."
    )
    said += " Hatched: the camera gave no pictures." if figures.outages else ""
    few = " few" if len(shown) <= 3 else ""
    strips = f'<div class="chart strips{few}">{"".join(drawn)}<div class="axis">{axis}</div></div>'
    return f'{note}{strips}<p class="soft">{said}</p>'


def _days(outage: Outage) -> Iterator[date]:
    day, last = local(outage.start).date(), local(max(outage.start, outage.end - 0.001)).date()  # midnight is left out
    while day <= last:
        yield day
        day = date.fromordinal(day.toordinal() + 1)


def _outings(figures: Figures, camera: Camera, day: date) -> Iterator[Outing]:
    begin, finish = span(day)
    for outage in figures.outages:
        if outage.camera == camera and outage.start < finish and outage.end > begin:
            start = minute_of_day(local(outage.start)) if outage.start > begin else 0.0
            yield Outing(start, minute_of_day(local(outage.end)) if outage.end < finish else DAY)


def _columns(figures: Figures) -> str:
    drawn, most = bars(figures.hours, figures.emotions)
    scale = "".join(
        f'<span style="top:{100 - 25 * part}%">{most * part / 4:g}{" min" if part == 4 else ""}</span>'
        for part in range(5)
    )
    axis = "".join(f"<span>{hour:02}</span>" for hour in range(24))
    return (
        f'<div class="chart bars"><div class="side scale" style="align-self:stretch">{scale}</div>{drawn}'
        f'<div class="axis between">{axis}</div></div>'
    )


def _table(kind: str, rows: list[Row], figures: Figures) -> str:
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in (kind, *figures.emotions, "all", "faces"))
    body = "".join(_row(row, figures.emotions, "") for row in rows)
    body += _row(figures.total, figures.emotions, ' class="total"')
    return (
        f'<p class="soft">Minutes.</p><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: Row, emotions: Sequence[str], kind: str) -> str:
    cells = "".join(_cell(row.seconds.get(emotion, 0.0)) for emotion in emotions) + _cell(row.total)
    return f'<tr{kind}><th scope="row">{escaped(row.name)}</th>{cells}<td>{row.faces:,}</td></tr>'


def _cell(seconds: float) -> str:
    return f"<td>{seconds / 60:,.1f}</td>" if seconds > 0 else '<td class="none">·</td>'


def _outages(figures: Figures) -> Iterator[str]:
    if figures.outages:
        rows = "".join(
            f'<tr><th scope="row">{clock(outage.start)}</th><td>{_until(outage)}</td>'
            f"<td>{escaped(figures.name(outage.camera))}</td></tr>"
            for outage in figures.outages[-100:]
        )
        head = '<th scope="col">lost</th><th scope="col">back after</th><th scope="col">camera</th>'
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        yield f'<h2>Camera outages</h2><div class="scroll">{table}</div>'


def _until(outage: Outage) -> str:
    return length(outage.seconds) if outage.back else "not back"
