"""Where to look for faces in the next frame of a stream: mostly where they were, now and then everywhere."""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import cv2

from edge.contract.records import Box, Grey

_SAME = 0.5
"""Overlap (intersection over union) from which two boxes, found from two places, are one face."""

_ALIKE = 0.3
"""Overlap from which a box found in a part of the picture is a face that was found where it was: of its hits only some
may be in that part, so that its box comes out elsewhere."""

_STILL, _FARTHEST = 0.12, 0.3
"""How far around a known face is searched, in sides of it, at least and at most. What moved farther is found by
searching everywhere, so these are a matter of time alone. The least is a little more than the hits that make one face
lie apart."""

_ACCELERATION = 15.0
"""How fast a face may begin to move, in sides a second squared: 3 m/s2 for a head."""

_NOISE = 4
"""By how many grey levels a pixel of a picture's outline may differ, and nothing has happened there: more than noise
and the compression of a stream do to the mean of so many pixels, and less than a face before anything else."""

_EARLY = 0.005
"""Seconds by which a search may come early: where some frames last just as long as the time between two searches, the
rounding of their times must not put it off by a frame."""


class Picture(Protocol):
    """One picture, made ready for several searches. All faces are in its pixels, the largest first."""

    def outline(self) -> Grey:
        """The picture so small that whatever could become a face just shows in it."""

    def detect(self) -> list[Box]:
        """All faces."""

    def detect_part(self, part: int) -> list[Box]:
        """Those in a part of the picture, from 0 on."""

    def part_of(self, box: Box) -> int:
        """The part that a face at this place belongs to."""

    def detect_near(self, places: Iterable[tuple[Box, float]]) -> Iterator[list[Box]]:
        """Those of about a box's size, as near to it as so many of its sides. A small part of what `detect` does."""


class Detector(Protocol):
    """Finds faces in pictures (uint8, shape (h, w))."""

    parts: int
    """How many parts a picture has."""

    def reduce(self, grey: Grey) -> Picture:
        """Makes a picture ready."""


@dataclasses.dataclass(slots=True, eq=False)
class _Place:
    """Where a face was seen last. Times are monotonic seconds.

    Attributes:
        box: around it.
        found: when the box was.
        looked: when it was last looked for there.
        seen: the last frame that has it, also where it was not looked for in that.
        speed: of the box, in its sides a second.
        since: from when on it was found each time that it was looked for; -inf where it was never missed.
    """

    box: Box
    found: float
    looked: float
    seen: float
    speed: float = 0.0
    since: float = -math.inf

    def distance(self, box: Box) -> float:
        """Between the centres, in pixels."""
        across = self.box.x - box.x + (self.box.width - box.width) / 2
        return math.hypot(across, self.box.y - box.y + (self.box.height - box.height) / 2)

    def reach(self, mono: float) -> float:
        """How far the face may be by now, across and down, in its sides."""
        passed = mono - self.found
        return min(_FARTHEST, _STILL + self.speed * passed + _ACCELERATION / 2 * passed**2)

    def moved(self, box: Box, mono: float, since: float) -> "_Place":
        """The place of the same face in a later frame."""
        speed = self.distance(box) / box.width / (mono - self.found) if mono > self.found else self.speed
        return _Place(box, mono, mono, mono, speed, since)


class Search:
    """Finds in a stream what searching every frame whole would find, at a fraction of the cost.

    Faces are looked for where they were. Up to four are looked for in every frame; of more, as many and at least half,
    in turns: the others keep their boxes of the last frame. New faces are looked for everywhere, but not in every
    frame, and in a part of the picture in one frame and in the others in the next, so that no frame takes much longer
    than the others; and seldom while the picture stays as it was, as of an empty room. A face that is not to be found
    any more where it was is looked for everywhere at once, first in the part where it was; but not a window that comes
    and goes at its place. The whole frame is searched at the beginning, where the last one is so long ago that every
    part would have had its turn since, and when there are so many faces that it costs no more. All windows of the
    detector are followed, also those that the gate rejects: which of them are faces may show only in later frames.

    Attributes:
        frames: searched so far.
        swept: in how many of these faces were looked for everywhere, or all over a part of the picture.
        places: how many places were searched in all.
    """

    def __init__(
        self,
        detector: Detector,
        every: float = 0.4,
        patience: float = 1.0,
        at_once: int = 4,
        crowd: int = 24,
        still: float = 2.0,
    ):
        """Sets how much is searched.

        Args:
            detector: does the searching.
            every: seconds of stream after which a part of the picture is searched again; 0 searches every frame whole.
                With 0.4 a new face is seen within 0.5 s from 10 frames a second on.
            patience: seconds for which a place is remembered where a face was, and is no more; and for which a face
                that was missed must be seen again until it is looked for everywhere when it goes.
            at_once: places that are searched in a frame before they take turns.
            crowd: places from which on a frame is searched whole. Measured, a whole search takes as long as fourteen
                of its kind (see `Reduced.detect_near`).
            still: seconds of stream after which a part of the picture is searched again although nothing has changed:
                for faces that are seen in one frame of several, or in the dark.
        """
        self._detector = detector
        self._every = every
        self._patience = patience
        self._at_once = at_once
        self._crowd = crowd
        self._still = still
        self.frames = self.swept = self.places = 0
        self.forget()

    def forget(self) -> None:
        """Begins a new stream: the next frame is searched whole."""
        self._places: list[_Place] = []
        self._mono = -math.inf
        self._searched = [-math.inf] * self._detector.parts
        self._outlines: list[Grey | None] = [None] * self._detector.parts

    def find(self, grey: Grey, mono: float) -> list[Box]:
        """The faces in the next frame (uint8, shape (h, w)) of the stream, taken at `mono`, largest first."""
        picture = self._detector.reduce(grey)
        if not self._every or self._mono == -math.inf or len(self._places) >= self._crowd:
            found = self._everywhere(picture, mono)
        else:
            found = self._with_new(picture, mono, *self._follow(picture, mono))
        self.frames += 1
        self._remember(found, mono)
        return sorted((place.box for place in found), key=lambda box: (-box.area, box.x, box.y))

    def whole(self, grey: Grey) -> list[Box]:
        """The faces of a picture (uint8, shape (h, w)) that belongs to no stream, largest first."""
        return self._detector.reduce(grey).detect()

    def _everywhere(self, picture: Picture, mono: float) -> list[_Place]:
        self.swept += 1
        self._searched = [mono] * self._detector.parts
        self._outlines = [picture.outline()] * self._detector.parts
        return [_Place(box, mono, mono, mono) for box in picture.detect()]

    def _with_new(self, picture: Picture, mono: float, found: list[_Place], lost: Sequence[_Place]) -> list[_Place]:
        """Adds the faces that are elsewhere, in the part of the picture whose turn it is."""
        if lost:
            self._searched = [-math.inf] * self._detector.parts
        waiting = [part for part, last in enumerate(self._searched) if mono - last >= self._every - _EARLY]
        if not waiting:
            return found
        outline = picture.outline()
        worth = [part for part in waiting if self._is_worth(part, outline, mono)]
        if not worth:
            return found
        if mono - self._mono >= self._every * self._detector.parts - _EARLY:
            return self._everywhere(picture, mono)
        part = min(worth, key=self._searched.__getitem__)
        if lost:
            part = picture.part_of(max((place.box for place in lost), key=lambda box: box.area))
        self.swept += 1
        self._searched[part], self._outlines[part] = mono, outline
        boxes = picture.detect_part(part)
        new = (box for box in boxes if all(box.iou(place.box) < _ALIKE for place in found))
        return found + [_Place(box, mono, mono, mono, since=self._since(box, mono)) for box in new]

    def _since(self, box: Box, mono: float) -> float:
        """Now, of what is found where a place was searched in vain: it flickers, or is not to be seen from there."""
        return mono if any(box.iou(place.box) >= _SAME for place in self._places) else -math.inf

    def _is_worth(self, part: int, outline: Grey, mono: float) -> bool:
        """Whether a part may show something else than when it was searched last."""
        before = self._outlines[part]
        changed = before is None or int(cv2.absdiff(before, outline).max()) > _NOISE
        return changed or mono - self._searched[part] >= self._still - _EARLY

    def _follow(self, picture: Picture, mono: float) -> tuple[list[_Place], list[_Place]]:
        """The faces at the known places, and the places where one is gone that was there until now."""
        turn = self._turn()
        waiting = (place for place in self._places if place not in turn and place.seen == self._mono)
        found, lost = [dataclasses.replace(place, seen=mono) for place in waiting], []
        searches = picture.detect_near([(place.box, place.reach(mono)) for place in turn])
        for place, near in zip(turn, searches, strict=True):
            self.places += 1
            place.looked = mono
            since = place.since if place.seen == self._mono else mono
            # A neighbour's face is left to its own place, whose search sees it whole.
            here = [box for box in near if min(self._places, key=lambda other: other.distance(box)) is place]
            if not here and mono - since >= self._patience:
                lost.append(place)
            new = (box for box in here if all(box.iou(other.box) < _SAME for other in found))
            found.extend([place.moved(box, mono, since) for box in new])
        return found, lost

    def _turn(self) -> list[_Place]:
        """The places to search in this frame: those that were not for the longest time."""
        many = max(self._at_once, math.ceil(len(self._places) / 2))
        return sorted(self._places, key=lambda place: place.looked)[:many]

    def _remember(self, found: list[_Place], mono: float) -> None:
        """Keeps the places of this frame, and of those before where no face is now, as long as patience lasts."""
        left = (place for place in self._places if mono - place.seen <= self._patience)
        missed = [place for place in left if all(place.distance(other.box) >= place.box.width for other in found)]
        self._places = found + missed
        self._mono = mono
