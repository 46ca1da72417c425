"""Where to look for faces in the next frame of a stream: mostly where they were, now and then everywhere."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from edge.contract.records import Box, Grey

_SAME = 0.5
"""Overlap (intersection over union) from which two boxes, found from two places, are one face."""


class Detector(Protocol):
    """Finds faces in one picture (uint8, shape (h, w)), largest first, in its pixels."""

    def detect(self, grey: Grey) -> list[Box]:
        """All of them."""

    def detect_near(self, grey: Grey, boxes: Sequence[Box]) -> Iterator[list[Box]]:
        """Those around each place, of about its size. One costs a small part of what `detect` does."""


@dataclass(slots=True, eq=False)
class _Place:
    """Where a face was seen last, when that was, and when it was last looked for there, in monotonic seconds."""

    box: Box
    seen: float
    looked: float

    def distance(self, box: Box) -> float:
        """Between the centres, in pixels."""
        across = self.box.x - box.x + (self.box.width - box.width) / 2
        return math.hypot(across, self.box.y - box.y + (self.box.height - box.height) / 2)


class Search:
    """Finds in a stream what searching every frame whole would find, at a fraction of the cost.

    A frame is searched whole when the last time was long enough ago, when a face is not to be found any more where it
    was, and when there are so many that it costs no more. Else faces are looked for where they were. Up to four are
    looked for in every frame; of more, as many and at least half, in turns: the others keep their boxes of the last
    frame. All windows of the detector are followed, also those that the gate rejects: which of them are faces may show
    only in later frames.

    Attributes:
        frames: searched so far.
        wholes: how many of these were searched whole.
        places: how many places were searched in all.
    """

    def __init__(
        self, detector: Detector, every: float = 0.4, patience: float = 1.0, at_once: int = 4, crowd: int = 24
    ):
        """Sets how much is searched.

        Args:
            detector: does the searching.
            every: seconds of stream after which the next frame is searched whole; 0 searches every frame whole. With
                0.4 a new face is seen within 0.5 s from 10 frames a second on.
            patience: seconds for which a place is remembered where a face was, and is no more.
            at_once: places that are searched in a frame before they take turns.
            crowd: places from which on a frame is searched whole. Measured, a whole search takes as long as fourteen
                of its kind (see `HaarDetector.detect_near`).
        """
        self._detector = detector
        self._every = every
        self._patience = patience
        self._at_once = at_once
        self._crowd = crowd
        self.frames = self.wholes = self.places = 0
        self.forget()

    def forget(self) -> None:
        """Begins a new stream: the next frame is searched whole."""
        self._places: list[_Place] = []
        self._mono = self._searched = -math.inf

    def find(self, grey: Grey, mono: float) -> list[Box]:
        """The faces in the next frame (uint8, shape (h, w)) of the stream, taken at `mono`, largest first."""
        due = mono - self._searched >= self._every or len(self._places) >= self._crowd
        found = None if due else self._follow(grey, mono)
        if found is None:
            found = [_Place(box, mono, mono) for box in self._detector.detect(grey)]
            self._searched = mono
            self.wholes += 1
        self.frames += 1
        self._remember(found, mono)
        return sorted((place.box for place in found), key=lambda box: (-box.area, box.x, box.y))

    def whole(self, grey: Grey) -> list[Box]:
        """The faces of a picture (uint8, shape (h, w)) that belongs to no stream, largest first."""
        return self._detector.detect(grey)

    def _follow(self, grey: Grey, mono: float) -> list[_Place] | None:
        """The faces at the known places; None where one is gone that was there until now."""
        turn = self._turn()
        waiting = (place for place in self._places if place not in turn and place.seen == self._mono)
        found = [_Place(place.box, mono, place.looked) for place in waiting]
        searches = self._detector.detect_near(grey, [place.box for place in turn])
        for place, near in zip(turn, searches, strict=True):
            self.places += 1
            place.looked = mono
            # A neighbour's face is left to its own place, whose search sees it whole.
            here = [box for box in near if min(self._places, key=lambda other: other.distance(box)) is place]
            if not here and place.seen == self._mono:
                return None
            new = (box for box in here if all(box.iou(other.box) < _SAME for other in found))
            found.extend([_Place(box, mono, mono) for box in new])
        return found

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
