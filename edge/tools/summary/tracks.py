"""Follows faces through a log: which emotion each showed, from when to when."""

from dataclasses import dataclass, field
from typing import NamedTuple

from edge.outputs.log.reader import Entry


class Shown(NamedTuple):
    """An emotion that a face showed between two times (UTC, seconds), for `seconds` of them."""

    camera: str
    emotion: str
    start: float
    end: float
    seconds: float


@dataclass(slots=True)
class _Track:
    """Emotions and the monotonic times at which they began."""

    changes: list[tuple[float, str]] = field(default_factory=list)


class Tracks:
    """Faces in sight, by camera and track number.

    Lengths are taken from `mono`, so that setting the clock in the middle of an episode does not stretch it.
    """

    def __init__(self) -> None:
        self._open: dict[str, dict[int, _Track]] = {}
        self._heard: dict[str, tuple[float, float]] = {}

    def heard(self, entry: Entry, camera: str) -> None:
        """Notes when a camera was heard of: a face whose end is not in the log was seen until then at most."""
        self._heard[camera] = entry.time, float(entry.event["mono"])

    def changed(self, entry: Entry, camera: str) -> None:
        """A face has, from now on, another emotion."""
        event = entry.event
        track = self._open.setdefault(camera, {}).setdefault(int(event["track"]), _Track())
        track.changes.append((float(event["mono"]), str(event["emotion"])))

    def gone(self, entry: Entry, camera: str) -> list[Shown]:
        """A face has gone: what it showed, its times stretched to the sums that the event gives."""
        event = entry.event
        track = self._open.get(camera, {}).pop(int(event["track"]), _Track())
        shown = _shown(track, camera, entry.time, float(event["mono"]))
        sums: dict[str, float] = {}
        for each in shown:
            sums[each.emotion] = sums.get(each.emotion, 0.0) + each.seconds
        known = {str(emotion): float(seconds) for emotion, seconds in event["seconds"].items()}
        # Where changes were lost, as on a full disk, the time is put at the end.
        missing = [
            Shown(camera, emotion, entry.time - seconds, entry.time, seconds)
            for emotion, seconds in known.items()
            if not sums.get(emotion)
        ]
        return missing + [
            each._replace(seconds=each.seconds * known.get(each.emotion, 0.0) / sums[each.emotion])
            for each in shown
            if each.seconds
        ]

    def finish(self, camera: str | None = None) -> list[Shown]:
        """Ends the faces of one camera or of all, as when a run was killed."""
        shown: list[Shown] = []
        for name in list(self._open) if camera is None else [camera]:
            for track in self._open.pop(name, {}).values():
                shown += _shown(track, name, *self._heard[name])
        return shown


def _shown(track: _Track, camera: str, time: float, mono: float) -> list[Shown]:
    """The intervals of a track that ends at a time, known on both scales."""
    ends = [*(began for began, _ in track.changes[1:]), mono][: len(track.changes)]
    return [
        Shown(camera, emotion, time - (mono - began), time - (mono - end), end - began)
        for (began, emotion), end in zip(track.changes, ends, strict=True)
        if end >= began
    ]
