"""Adds up the events of a log, one pass, in little memory."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from edge.outputs.log.reader import Entry
from edge.tools.summary.fields import BROKEN, Camera, Heard, count, duration, durations, number, text
from edge.tools.summary.outages import Outages
from edge.tools.summary.tracks import Interval, Tracks

MINUTE = 60.0

KINDS = ("start", "stop", "face", "emotion", "gone", "totals", "heartbeat", "camera", "dropped")
"""The events that are needed here."""


@dataclass(slots=True)
class Tally:
    """The sums over the events between two times, `begin` and `end` (UTC, seconds), `end` left out.

    Attributes:
        minutes: seconds for each emotion in each minute, by camera and by minutes since 1970.
        faces: faces that appeared, by minutes since 1970.
        rejected: windows that the gate rejected, by minutes since 1970.
        episodes: the lengths in seconds of the faces that went.
        first, last: times of the first and last event.
        odd: events that are not of the form they should have.
        unsynced: events whose time is not to be trusted.
        cameras: those that were heard of.
    """

    begin: float = -math.inf
    end: float = math.inf
    minutes: dict[tuple[Camera, int], defaultdict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    faces: Counter[int] = field(default_factory=Counter)
    rejected: Counter[int] = field(default_factory=Counter)
    episodes: list[float] = field(default_factory=list)
    runs: int = 0
    dropped: int = 0
    partial: int = 0
    odd: int = 0
    unsynced: int = 0
    cameras: set[Camera] = field(default_factory=set)
    first: float = math.inf
    last: float = -math.inf
    _tracks: Tracks = field(default_factory=Tracks)
    _told: dict[Camera, int] = field(default_factory=dict)
    """Rejections that the heartbeats of a run have told, where its start is in the log, and so all of them."""
    outages: Outages = field(init=False)

    def __post_init__(self) -> None:
        """Outages are asked for between the same times."""
        self.outages = Outages(self.begin, self.end)

    def add(self, entry: Entry) -> None:
        """Counts an event; one of an unknown kind is left out, one of a wrong form is counted as odd."""
        try:
            event = entry.event
            camera = Camera(text(event["camera"]), entry.log)
            at = Heard(entry.time, number(event["mono"]), event.get("boot"))
        except BROKEN:
            self.odd += 1
            return
        try:
            self._add(entry, camera, at)
        except BROKEN:
            self.odd += 1
            self._tracks.doubt(camera)
            return
        self.cameras.add(camera)
        self._tracks.heard(camera, at)
        self.outages.heard(camera, at)
        if self._holds(entry.time):
            self.first, self.last = min(self.first, entry.time), max(self.last, entry.time)
            self.unsynced += not entry.synced

    def finish(self) -> None:
        """Counts what had not ended when the log did."""
        self._spread(self._tracks.finish())
        self.outages.finish()

    def _add(self, entry: Entry, camera: Camera, at: Heard) -> None:
        """All that is needed of an event is read before anything of it is remembered."""
        event, inside, minute = entry.event, self._holds(entry.time), int(entry.time // MINUTE)
        match event["event"]:
            case "start":
                partial = count(event.get("partial_lines", 0))
                self._spread(self._tracks.finish(camera))  # what a run that was killed left open
                self.outages.back(camera, at)
                self._told[camera] = 0
                if inside:
                    self.runs += 1
                    self.partial += partial
            case "face" if inside:
                self.faces[minute] += 1
            case "emotion":
                self._tracks.changed(camera, count(event["track"]), text(event["emotion"]), at)
            case "gone":
                track, length, seconds = count(event["track"]), duration(event["duration"]), durations(event["seconds"])
                self._spread(self._tracks.gone(camera, track, seconds, at))
                if inside:
                    self.episodes.append(length)
            case "totals":
                faces, over, seconds = count(event["faces"]), duration(event["over"]), durations(event["seconds"])
                self._spread([Interval(camera, each, at.time - over, at.time, seconds[each]) for each in seconds])
                if inside:
                    self.faces[minute] += faces
            case "heartbeat":
                rejected = count(event["rejected"])
                if camera in self._told:
                    self._told[camera] += rejected
                if inside:
                    self.rejected[minute] += rejected
            case "stop" if "rejected" in event:
                whole = count(event["rejected"])
                told = self._told.pop(camera, whole)
                if inside:  # the last seconds, for which no heartbeat came any more
                    self.rejected[minute] += max(0, whole - told)
            case "camera":
                if event["state"] == "lost":
                    self.outages.lost(camera, at)
                elif event["state"] == "back":
                    self.outages.back(camera, at)
            case "dropped":
                lost = count(event["count"])
                self._tracks.doubt(camera)
                if inside:
                    self.dropped += lost

    def _spread(self, intervals: list[Interval]) -> None:
        """Shares seconds out evenly over the minutes between two times, as far as they are inside."""
        for each in intervals:
            rate = each.seconds / (each.end - each.start) if each.end > each.start else 0.0
            begin, end = max(each.start, self.begin), min(each.end, self.end)
            while begin < end:
                following = min((begin // MINUTE + 1) * MINUTE, end)
                self.minutes[each.camera, int(begin // MINUTE)][each.emotion] += (following - begin) * rate
                begin = following

    def _holds(self, time: float) -> bool:
        return self.begin <= time < self.end
