"""Adds up the events of a log, one pass, in little memory."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from edge.outputs.log.reader import Entry
from edge.tools.summary.tracks import Shown, Tracks

MINUTE = 60.0
LONGEST = 86400.0
"""Seconds above which a single face's time is taken for an error: no track lasts a day."""

KINDS = ("start", "stop", "face", "emotion", "gone", "totals", "heartbeat", "camera", "dropped")
"""The events that are needed here."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without pictures of a camera. `end` is None where the log ends before it came back."""

    camera: str
    start: float
    end: float | None


@dataclass(slots=True)
class Tally:
    """The sums over the events between two times, `begin` and `end` (UTC, seconds), `end` left out.

    Attributes:
        minutes: seconds for each emotion in each minute, by camera and by minutes since 1970.
        faces: faces that appeared, by minutes since 1970.
        episodes: the lengths in seconds of the faces that went.
        first, last: times of the first and last event.
        odd: events that are not of the form they should have.
        unsynced: events whose time is not to be trusted.
    """

    begin: float = -math.inf
    end: float = math.inf
    minutes: dict[tuple[str, int], defaultdict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    faces: Counter[int] = field(default_factory=Counter)
    rejected: Counter[int] = field(default_factory=Counter)
    episodes: list[float] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    runs: int = 0
    dropped: int = 0
    partial: int = 0
    odd: int = 0
    unsynced: int = 0
    first: float = math.inf
    last: float = -math.inf
    _tracks: Tracks = field(default_factory=Tracks)
    _lost: dict[str, float] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Counts an event; one of an unknown kind is left out, one of a wrong form is counted as odd."""
        try:
            camera = entry.event["camera"]
            if not isinstance(camera, str):
                raise TypeError
            self._add(entry, camera)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            self.odd += 1
            return
        if self._holds(entry.time):
            self.first, self.last = min(self.first, entry.time), max(self.last, entry.time)
            self.unsynced += not entry.synced

    def finish(self) -> None:
        """Counts what had not ended when the log did."""
        try:
            self._show(self._tracks.finish())
        except ValueError:
            self.odd += 1
        for camera, since in self._lost.items():
            self._outage(camera, since, None)
        self._lost.clear()

    def _add(self, entry: Entry, camera: str) -> None:
        event, inside, minute = entry.event, self._holds(entry.time), int(entry.time // MINUTE)
        match event["event"]:
            case "start":
                self._show(self._tracks.finish(camera))  # what a run that was killed left open
                self._back(camera, entry.time)
                if inside:
                    self.runs += 1
                    self.partial += int(event.get("partial_lines", 0))
            case "face" if inside:
                self.faces[minute] += 1
            case "emotion":
                self._tracks.changed(entry, camera)
            case "gone":
                self._show(self._tracks.gone(entry, camera))
                if inside:
                    self.episodes.append(_duration(event["duration"]))
            case "totals":
                if inside:
                    self.faces[minute] += int(event["faces"])
                self._totals(entry, camera)
            case "heartbeat" if inside:
                self.rejected[minute] += int(event["rejected"])
            case "camera":
                if event["state"] == "lost":
                    self._lost.setdefault(camera, entry.time)
                elif event["state"] == "back":
                    self._back(camera, entry.time)
            case "dropped" if inside:
                self.dropped += int(event["count"])
        self._tracks.heard(entry, camera)

    def _totals(self, entry: Entry, camera: str) -> None:
        over = _duration(entry.event["over"])
        for emotion, seconds in entry.event["seconds"].items():
            self._spread(camera, emotion, entry.time - over, entry.time, _duration(seconds))

    def _show(self, shown: list[Shown]) -> None:
        for each in shown:
            self._spread(each.camera, each.emotion, each.start, each.end, _duration(each.seconds))

    def _spread(self, camera: str, emotion: str, start: float, end: float, seconds: float) -> None:
        """Shares seconds out evenly over the minutes between two times, as far as they are inside."""
        _duration(end - start)
        rate = seconds / (end - start) if end > start else 0.0
        begin = max(start, self.begin)
        while begin < min(end, self.end):
            following = min((begin // MINUTE + 1) * MINUTE, end, self.end)
            self.minutes[camera, int(begin // MINUTE)][emotion] += (following - begin) * rate
            begin = following

    def _back(self, camera: str, time: float) -> None:
        since = self._lost.pop(camera, None)
        if since is not None:
            self._outage(camera, since, time)

    def _outage(self, camera: str, start: float, end: float | None) -> None:
        if start < self.end and (end is None or end > self.begin):
            self.outages.append(Outage(camera, start, end))

    def _holds(self, time: float) -> bool:
        return self.begin <= time < self.end


def _duration(value: Any) -> float:
    seconds = float(value)
    if not 0 <= seconds <= LONGEST:
        raise ValueError(f"{value} is no duration")
    return seconds
