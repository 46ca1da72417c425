"""Follows faces through a log: which emotion each showed, from when to when."""

from dataclasses import dataclass, field
from typing import NamedTuple

from edge.tools.summary.fields import LONGEST, Camera, Heard


class Interval(NamedTuple):
    """An emotion that a face showed between two times (UTC, seconds), for `seconds` of them."""

    camera: Camera
    emotion: str
    start: float
    end: float
    seconds: float


@dataclass(slots=True)
class _Track:
    """Emotions and the monotonic times at which they began."""

    changes: list[tuple[float, str]] = field(default_factory=list)
    sure: Heard | None = None
    """Until when the face was there for certain, where its end may be among events that were lost since."""


class Tracks:
    """Faces in sight, by camera and track number.

    Lengths are taken from `mono`, so that setting the clock in the middle of an episode does not stretch it.
    """

    def __init__(self) -> None:
        self._open: dict[Camera, dict[int, _Track]] = {}
        self._heard: dict[Camera, Heard] = {}

    def heard(self, camera: Camera, at: Heard) -> None:
        """Notes when a camera was heard of: a face whose end is not in the log was seen until then at most."""
        self._heard[camera] = at

    def doubt(self, camera: Camera) -> None:
        """Notes that events of a camera were lost since it was heard of."""
        for track in self._open.get(camera, {}).values():
            track.sure = track.sure or self._heard[camera]

    def changed(self, camera: Camera, number: int, emotion: str, at: Heard) -> None:
        """A face has, from now on, another emotion."""
        track = self._open.setdefault(camera, {}).setdefault(number, _Track())
        track.changes.append((at.mono, emotion))
        track.sure = None

    def gone(self, camera: Camera, number: int, known: dict[str, float], at: Heard) -> list[Interval]:
        """A face has gone: what it showed, its times stretched to the sums that are known, seconds for each emotion."""
        shown = _intervals(self._open.get(camera, {}).pop(number, _Track()), camera, at)
        sums: dict[str, float] = {}
        for each in shown:
            sums[each.emotion] = sums.get(each.emotion, 0.0) + each.seconds
        # Where changes were lost, as on a full disk, the time is put at the end.
        missing = [
            Interval(camera, emotion, at.time - seconds, at.time, seconds)
            for emotion, seconds in known.items()
            if not sums.get(emotion)
        ]
        return missing + [
            each._replace(seconds=each.seconds * known.get(each.emotion, 0.0) / sums[each.emotion])
            for each in shown
            if each.seconds
        ]

    def finish(self, camera: Camera | None = None) -> list[Interval]:
        """Ends the faces of one camera or of all, as when a run was killed."""
        ended: list[Interval] = []
        for each in list(self._open) if camera is None else [camera]:
            for track in self._open.pop(each, {}).values():
                ended += _intervals(track, each, track.sure or self._heard[each])
        return ended


def _intervals(track: _Track, camera: Camera, at: Heard) -> list[Interval]:
    """The intervals of a track that ends at a time, but for those that a wrong `mono` made."""
    ends = [*(min(began, at.mono) for began, _ in track.changes[1:]), at.mono][: len(track.changes)]
    return [
        Interval(camera, emotion, at.time - (at.mono - began), at.time - (at.mono - end), end - began)
        for (began, emotion), end in zip(track.changes, ends, strict=True)
        if at.mono - LONGEST <= began <= end
    ]
