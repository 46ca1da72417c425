"""A picture at the size at which faces are looked for in it: made once, and searched whole, in parts and at places."""

import math
from collections.abc import Iterable, Iterator, Sequence

import cv2

from edge.contract.records import Box, Grey
from edge.vision.pyramid import Hit, Pyramid

PARTS = 2
"""How many parts a picture has for `detect_part`, one below the other."""

_STEPS = 2.0
"""Steps from one searched size to the next by which windows on a known face may differ from it: four or five
sizes. With 1.5 it takes a tenth less time, but one box of four is the same, for lack of hits to average."""

_SPREAD = 0.2
"""By what share of their sides hits may differ and still be one face: what `detectMultiScale` takes."""

_APART = 0.12
"""How far from the middle of a face its hits may lie, in their sides: 0.05 was enough for all of 87 faces that lay on
the border of two halves."""


class Reduced:
    """Finds the faces in one picture. All boxes are in pixels of the picture as it was before, none over its edge."""

    def __init__(
        self,
        cascade: "cv2.CascadeClassifier",
        scale_factor: float,
        min_neighbors: int,
        smallest: int,
        small: Grey,
        shape: tuple[int, int],
    ):
        """Takes what `HaarDetector` made of a picture.

        Args:
            cascade: finds faces.
            scale_factor: ratio of one searched size to the next, over 1.
            min_neighbors: overlapping hits that make a face.
            smallest: side of the smallest window, in pixels of `small`; the cascade's own at least.
            small: the picture as it is searched: uint8, shape (h, w).
            shape: rows and columns that it had before.
        """
        self._cascade = cascade
        self._scale_factor = scale_factor
        self._min_neighbors = min_neighbors
        self._smallest = smallest
        self._small = small
        self._shape = shape
        self._pyramid = Pyramid(cascade, scale_factor, small)

    def detect(self) -> list[Box]:
        """The faces, largest first."""
        low, high = self._smallest, min(self._small.shape)
        if low > high:  # which OpenCV would take for no bound at all
            return []
        found = self._cascade.detectMultiScale(
            self._small,
            scaleFactor=self._scale_factor,
            minNeighbors=self._min_neighbors,
            minSize=(low, low),
            maxSize=(high, high),
        )
        return self._boxes(found)

    def detect_part(self, part: int) -> list[Box]:
        """The faces in the upper half (part 0) or in the lower half (part 1), largest first.

        A face is in the half that has its middle, and has the very box that `detect` gives it: also the windows that
        reach over from the other half are looked at. One near the border may be found in both, where its box may be
        a little off in the other.
        """
        rows, columns = self._small.shape
        down = rows * part / PARTS, rows * (part + 1) / PARTS
        return self._group(self._pyramid.hits((0, columns), down, self._smallest, min(rows, columns), _APART))

    def part_of(self, box: Box) -> int:
        """In which part a face with this box is looked for."""
        middle = (box.y + box.height / 2) / max(self._shape[0], 1)
        return min(max(int(middle * PARTS), 0), PARTS - 1)

    def detect_near(self, places: Iterable[tuple[Box, float]]) -> Iterator[list[Box]]:
        """The faces around each place where one was, of about its size; each otherwise as `detect`.

        What is searched is a part of what `detect` searches, with the same hits, so that both give the same boxes: on
        the demo clip three of four to the pixel, and 93 of 100 with an overlap (intersection over union) over 0.94. It
        takes a fourteenth of the time. A face may have grown or shrunk by a third.

        Args:
            places: where faces were, and how far they may have moved since, across and down, in their sides. They are
                searched when their turn comes.
        """
        across, down = self._small.shape[1] / self._shape[1], self._small.shape[0] / self._shape[0]
        steps = self._scale_factor**_STEPS
        for box, reach in places:
            side = math.sqrt(box.area * across * down)
            x, y = (box.x + box.width / 2) * across, (box.y + box.height / 2) * down
            far = reach * side
            low = max(self._smallest, side / steps)
            yield self._group(self._pyramid.hits((x - far, x + far), (y - far, y + far), low, side * steps))

    def outline(self) -> Grey:
        """The picture so small that the smallest face is three pixels wide: whatever could become a face shows in it.

        Each pixel is the mean of 256 of a frame of 640x480, so that noise hardly does.

        Returns:
            uint8, 40x30 of such a frame; at least 1x1 of any that is not empty.
        """
        if self._small.size == 0:
            return self._small
        rows, columns = self._small.shape
        cell = self._smallest / 3
        size = max(1, round(columns / cell)), max(1, round(rows / cell))
        return cv2.resize(self._small, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

    def _group(self, hits: Iterable[Hit]) -> list[Box]:
        """The faces that hits make, as `detectMultiScale` has them."""
        windows = list(hits)
        return self._boxes(cv2.groupRectangles(windows, self._min_neighbors, _SPREAD)[0]) if windows else []

    def _boxes(self, found: Iterable[Sequence[int]]) -> list[Box]:
        """Windows in pixels of the picture as it was before, largest first."""
        rows, columns = self._small.shape
        across, down = self._shape[1] / columns, self._shape[0] / rows
        boxes = [
            # Rounding may have put an edge a pixel outside; OpenCV cuts that off too.
            _enlarge(x, y, min(width, columns - x), min(height, rows - y), across, down)
            for x, y, width, height in found
        ]
        return sorted(boxes, key=lambda box: (-box.area, box.x, box.y))


def _enlarge(x: int, y: int, width: int, height: int, across: float, down: float) -> Box:
    """A window in pixels of the picture as it was before. Edges are rounded, so that none leaves it."""
    left, top = round(x * across), round(y * down)
    return Box(left, top, round((x + width) * across) - left, round((y + height) * down) - top)
