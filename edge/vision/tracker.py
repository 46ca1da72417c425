"""Keeps apart the faces of a stream: which window of this frame is which face of the last. No pictures, only boxes."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise

from edge.contract.records import Box

_SPAN = 3
"""Frames that a track lasts at least without a sight, however few come in a second."""

_RECENT = 6
"""Frames whose times tell how many usually come: of the five intervals between them two may be outages."""


@dataclass(frozen=True, slots=True)
class Track:
    """One face as far as it was followed.

    `key` is the tracker's own name of it; `id` is the one to report: None until the track is confirmed, then counted
    from 1, never used twice. `box` is its last; `first` and `last` are monotonic seconds of its first and last sight;
    `frames` is how often it was seen.
    """

    key: int
    id: int | None
    box: Box
    first: float
    last: float
    frames: int


@dataclass(frozen=True, slots=True)
class Update:
    """What one frame did: `tracks[i]` is the face of box i, confirmed or not; `ended` are those lost for good."""

    tracks: tuple[Track, ...]
    ended: tuple[Track, ...]


class Tracker:
    """Follows several faces by the overlap of their boxes.

    All times are seconds of the frames' monotonic clock, so that frame rate and clock changes do not matter. The
    patience is widened where it would not span a few frames of those that come.
    """

    def __init__(
        self,
        min_iou: float = 0.3,
        reach: float = 0.8,
        confirm: int = 3,
        settle: float = 0.25,
        patience: float = 1.0,
    ):
        """Sets what counts as the same face.

        Args:
            min_iou: overlap (intersection over union) from which two boxes are the same face.
            reach: a face that jumped further, as in fast motion at 5 frames a second, is still the same if its centre
                moved by no more than this share of its side and its size changed by less than half. Faces of two
                people are further apart than 1 side.
            confirm: frames in which a face must be seen before it has an id.
            settle: and the seconds from the first to the last of them. Windows that come and go are thereby dropped
                at 30 frames a second as well as at 5.
            patience: seconds without a sight, measured at the next frame, after which a track has ended; where frames
                come so seldom that three take longer, as long as those take.
        """
        self._min_iou = min_iou
        self._reach = reach
        self._confirm = confirm
        self._settle = settle
        self._patience = patience
        self._times: deque[float] = deque(maxlen=_RECENT)
        self._tracks: dict[int, Track] = {}
        self._keys = count(1)
        self._ids = count(1)

    def update(self, boxes: Sequence[Box], mono: float) -> Update:
        """Takes the faces of one frame; their order decides nothing."""
        ended = self._expire(mono)
        self._times.append(mono)
        matches = self._match(boxes)
        in_place = sorted(range(len(boxes)), key=lambda index: _place(boxes[index]))
        seen = {index: self._see(matches.get(index), boxes[index], mono) for index in in_place}
        self._tracks.update((track.key, track) for track in seen.values())
        return Update(tuple(seen[index] for index in range(len(boxes))), ended)

    def finish(self) -> tuple[Track, ...]:
        """Ends every track; later faces get new ids. How often frames came is forgotten too."""
        ended = tuple(self._tracks.values())
        self._tracks.clear()
        self._times.clear()
        return ended

    def _expire(self, mono: float) -> tuple[Track, ...]:
        lasting = max(self._patience, _SPAN * self._interval())
        ended = tuple(track for track in self._tracks.values() if mono - track.last > lasting)
        for track in ended:
            del self._tracks[track.key]
        return ended

    def _interval(self) -> float:
        """Seconds that usually lie between two frames: the median, which an outage does not change.

        Infinite between the first two, when nobody can tell yet.
        """
        intervals = sorted(later - earlier for earlier, later in pairwise(self._times))
        return intervals[(len(intervals) - 1) // 2] if intervals else math.inf

    def _match(self, boxes: Sequence[Box]) -> dict[int, Track]:
        """Index of a box to its track: greedy, the best pair first."""
        pairs = [
            (nearness, track.key, _place(box), index)
            for track in self._tracks.values()
            for index, box in enumerate(boxes)
            if (nearness := self._nearness(track, box)) is not None
        ]
        matches: dict[int, Track] = {}
        taken: set[int] = set()
        for _, key, _, index in sorted(pairs):
            if key not in taken and index not in matches:
                matches[index] = self._tracks[key]
                taken.add(key)
        return matches

    def _nearness(self, track: Track, box: Box) -> tuple[float, float] | None:
        """Sorts pairs: by overlap, and after all that overlap enough by distance. None: not the same face."""
        overlap = track.box.iou(box)
        if overlap >= self._min_iou:
            return -overlap, 0.0
        distance = _distance(track.box, box)
        similar = 0.5 < math.sqrt(box.area / track.box.area) < 2
        return (0.0, distance) if similar and distance <= self._reach else None

    def _see(self, track: Track | None, box: Box, mono: float) -> Track:
        if track is None:
            track = Track(next(self._keys), None, box, mono, mono, 1)
        else:
            track = replace(track, box=box, last=mono, frames=track.frames + 1)
        settled = track.frames >= self._confirm and track.last - track.first >= self._settle
        return replace(track, id=next(self._ids)) if track.id is None and settled else track


def _place(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height


def _distance(one: Box, other: Box) -> float:
    """Between the centres, as a share of the mean side."""
    across = one.x - other.x + (one.width - other.width) / 2
    down = one.y - other.y + (one.height - other.height) / 2
    return 2 * math.hypot(across, down) / (math.sqrt(one.area) + math.sqrt(other.area))
