"""The drawings of the page, as SVG that stretches with it; colours come from the style sheet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from edge.contract.labels import EMOTIONS, UNCERTAIN
from edge.tools.summary.figures import Row
from edge.tools.summary.words import escaped

DAY = 1440
"""Minutes, and units across a day's strip."""
_HEIGHT = 100
_STEPS = 4
"""Heights that a minute may have: how much of it a face was seen."""


class Outing(NamedTuple):
    """Minutes of a day, from and to, in which a camera gave no pictures."""

    start: float
    end: float


def paint(emotion: str) -> str:
    """The colour of an emotion."""
    return f"var(--{emotion if emotion in (*EMOTIONS, UNCERTAIN) else 'other'})"


def bars(hours: Sequence[Row], emotions: Sequence[str]) -> tuple[str, float]:
    """Minutes for each hour of the day as a column, emotions one above the other; and the height in minutes."""
    most = _round_up(max((row.total for row in hours), default=0.0) / 60)
    columns = "".join(_column(row, emotions, most) for row in hours)
    rules = "".join(f'<path class="rule" d="M0 {_HEIGHT * part / 4}H24"/>' for part in range(5))
    return _svg(0, 24, rules + columns, "minutes by hour of the day"), most


def strip(minutes: dict[int, dict[str, float]], outings: Sequence[Outing], hours: Sequence[int]) -> str:
    """A day of a camera: each minute in the colour of its longest emotion, as high as a face was seen in it.

    Args:
        minutes: seconds for each emotion, by minute of the day.
        outings: when there were no pictures.
        hours: those that are marked; the drawing goes from the first to the last.
    """
    rules = "".join(f'<path class="rule" d="M{hour * 60} 0V{_HEIGHT}"/>' for hour in hours[1:-1])
    missing = "".join(_outing(outing) for outing in outings)
    first, last = hours[0] * 60, hours[-1] * 60
    return _svg(first, last - first, rules + missing + "".join(_runs(minutes)), "emotions over the day")


def marks(times: Iterable[float]) -> list[int]:
    """Hours to mark on a drawing that holds all these minutes of the day: nothing is drawn of a long night."""
    held = list(times) or [0.0, DAY]
    first, last = int(min(held) // 60), min(24, int(max(held) // 60) + 1)
    step = next(step for step in (1, 2, 3) if last - first <= 10 * step)
    first = first // step * step
    return list(range(first, first + -(-(last - first) // step) * step + 1, step))


def _svg(left: int, width: int, inside: str, said: str) -> str:
    box = f"{left} 0 {width} {_HEIGHT}"
    return f'<svg viewBox="{box}" preserveAspectRatio="none" role="img" aria-label="{said}">{inside}</svg>'


def _column(row: Row, emotions: Sequence[str], most: float) -> str:
    drawn, top = [], float(_HEIGHT)
    for emotion in emotions:
        minutes = row.seconds.get(emotion, 0.0) / 60
        height = minutes / most * _HEIGHT
        top -= height
        if height:
            said = f"{row.name} {emotion}: {minutes:.1f} min"
            drawn.append(_rectangle(int(row.name[:2]) + 0.12, top, 0.76, height, emotion, said))
    return "".join(drawn)


def _runs(minutes: dict[int, dict[str, float]]) -> list[str]:
    """Neighbouring minutes that look alike as one rectangle: a quiet day has few."""
    looks = [(minute, *_look(seconds)) for minute, seconds in sorted(minutes.items())]
    drawn = []
    for (emotion, height, _), run in groupby(enumerate(looks), lambda each: (*each[1][1:], each[1][0] - each[0])):
        taken = [look[0] for _, look in run]
        first, last = taken[0], taken[-1] + 1
        said = f"{_hour(first)} to {_hour(last)} {emotion}"
        drawn.append(_rectangle(first, _HEIGHT - height, last - first, height, emotion, said))
    return drawn


def _look(seconds: dict[str, float]) -> tuple[str, float]:
    emotion = max(seconds, key=seconds.__getitem__)
    share = min(1.0, sum(seconds.values()) / 60)
    return emotion, max(1, round(share * _STEPS)) * _HEIGHT / _STEPS


def _outing(outing: Outing) -> str:
    said = f"{_hour(outing.start)} to {_hour(outing.end)} no pictures"
    width = max(outing.end - outing.start, 1.0)
    return (
        f'<rect class="out" x="{outing.start:.1f}" y="0" width="{width:.1f}" height="{_HEIGHT}"><title>{said}</title>'
        "</rect>"
    )


def _rectangle(x: float, y: float, width: float, height: float, emotion: str, said: str) -> str:
    return (
        f'<rect x="{x:g}" y="{y:.2f}" width="{width:g}" height="{height:.2f}" style="fill:{paint(emotion)}">'
        f"<title>{escaped(said)}</title></rect>"
    )


def _hour(minute: float) -> str:
    return f"{int(minute) // 60:02}:{int(minute) % 60:02}"


def _round_up(value: float) -> float:
    """The next number that reads well on a scale of four parts."""
    scale = 1.0
    while True:
        for step in (1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0):
            if value <= step * scale:
                return step * scale
        scale *= 10


def minute_of_day(time: datetime) -> float:
    """Minutes since midnight."""
    return time.hour * 60 + time.minute + time.second / 60
