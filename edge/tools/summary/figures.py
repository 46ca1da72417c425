"""What a summary shows, in the order in which it is shown; a table and a page are made of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from edge.contract.labels import EMOTIONS, UNCERTAIN
from edge.tools.summary.day import length, local
from edge.tools.summary.fields import Camera
from edge.tools.summary.outages import Outage
from edge.tools.summary.tally import MINUTE, Tally


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds for each emotion, and faces that appeared, in an hour or on a day."""

    name: str
    seconds: dict[str, float]
    faces: int

    @property
    def total(self) -> float:
        """Seconds with a face, counted once for each face."""
        return sum(self.seconds.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """A summary.

    Attributes:
        emotions: those that occur, in the usual order; others after these, "uncertain" last.
        hours: by hour of the day, local time, over all days.
        days: by local day.
        bins: the same seconds for each camera, day and minute of the day.
    """

    tally: Tally
    emotions: tuple[str, ...]
    hours: list[Row]
    days: list[Row]
    total: Row
    bins: dict[tuple[Camera, date], dict[int, dict[str, float]]]
    outages: list[Outage]
    rejected: int
    broken: int
    lost: int

    @classmethod
    def of(cls, tally: Tally, broken: int, lost: int) -> "Figures":
        """Sums up a finished tally.

        Args:
            tally: what was counted.
            broken: lines that were no events.
            lost: files that could not be read to their end.
        """
        hours, days, total = _Rows(), _Rows(), _Rows()
        bins: dict[tuple[Camera, date], dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for (camera, minute), seconds in tally.minutes.items():
            when = local(minute * MINUTE)
            _add(bins[camera, when.date()][when.hour * 60 + when.minute], seconds)  # twice where clocks are set back
            for rows, name in ((hours, f"{when:%H}:00"), (days, f"{when:%Y-%m-%d}"), (total, "all")):
                rows.add(name, seconds)
        for minute, faces in tally.faces.items():
            when = local(minute * MINUTE)
            for rows, name in ((hours, f"{when:%H}:00"), (days, f"{when:%Y-%m-%d}"), (total, "all")):
                rows.faces[name] += faces
        sums = total.rows()
        return cls(
            tally=tally,
            emotions=_order(total.seconds["all"]),
            hours=hours.rows(),
            days=days.rows(),
            total=sums[0] if sums else Row("all", {}, 0),
            bins=dict(bins),
            outages=sorted(tally.outages.ended, key=lambda outage: outage.start),
            rejected=sum(tally.rejected.values()),
            broken=broken + tally.odd,
            lost=lost,
        )

    @property
    def lasted(self) -> str:
        """How long episodes were, in words; empty where there are none."""
        episodes = self.tally.episodes
        if len(episodes) <= 1:
            return "".join(f"one lasted {length(seconds)}" for seconds in episodes)
        return f"half of them longer than {length(median(episodes))}"

    @property
    def away(self) -> float:
        """Seconds of all outages together."""
        return sum(outage.seconds for outage in self.outages)

    def name(self, camera: Camera) -> str:
        """What a camera is called: with its log, where another log has one of the same name."""
        logs = {other.log for other in self.tally.cameras if other.name == camera.name}
        if len(logs) <= 1:
            return camera.name
        alike = len({log.name for log in logs}) < len(logs)
        return f"{camera.name} ({camera.log if alike else camera.log.name})"

    def notes(self) -> list[str]:
        """What a reader must know of the log itself: what is missing or not to be trusted."""
        tally = self.tally
        counts = (
            (self.broken, "broken line", "left out"),
            (self.lost, "file", "could not be read to the end"),
            (tally.dropped, "event", "not written, for the log could not be"),
            (tally.partial, "line", "cut off by a power cut or a kill"),
            (tally.unsynced, "event", "by a clock that nothing had set: their times may be wrong"),
        )
        return [f"{count:,} {what}{'s' if count != 1 else ''} {rest}" for count, what, rest in counts if count]


class _Rows:
    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, float]] = defaultdict(dict)
        self.faces: dict[str, int] = defaultdict(int)

    def add(self, name: str, seconds: dict[str, float]) -> None:
        _add(self.seconds[name], seconds)

    def rows(self) -> list[Row]:
        names = sorted({*self.seconds, *self.faces})
        return [Row(name, dict(self.seconds.get(name, {})), self.faces.get(name, 0)) for name in names]


def _add(sums: dict[str, float], seconds: dict[str, float]) -> None:
    for emotion, value in seconds.items():
        sums[emotion] = sums.get(emotion, 0.0) + value


def _order(emotions: Iterable[str]) -> tuple[str, ...]:
    usual = (*EMOTIONS, *sorted(set(emotions) - {*EMOTIONS, UNCERTAIN}), UNCERTAIN)
    present = set(emotions)
    return tuple(emotion for emotion in usual if emotion in present)
