"""The reduced pictures in which OpenCV's cascade looks for a face, made as OpenCV makes them."""

import math
from collections.abc import Iterator, Sequence

import cv2

from edge.contract.records import Grey

Hit = tuple[int, int, int, int]
"""A window that the cascade takes for a face: x, y, width and height in pixels of the picture."""

Span = tuple[float, float]
"""From where to where, in pixels of the picture."""


class Pyramid:
    """Searches parts of a picture exactly as `detectMultiScale` searches all of it.

    To hand it a part of the picture would not do: it would reduce the part by other factors (of whole numbers of
    pixels) and begin at another pixel, and one face gets another box, or few hits become none. So each level is
    reduced whole, which is cheap, and the part is cut out of it.
    """

    def __init__(self, cascade: "cv2.CascadeClassifier", scale_factor: float, picture: Grey):
        """Takes a picture (uint8, shape (h, w)); its levels are made when they are needed, and kept."""
        self._cascade = cascade
        self._scale_factor = scale_factor
        self._window = cascade.getOriginalWindowSize()
        self._picture = picture
        self._levels: dict[float, Grey] = {}

    def hits(self, across: Span, down: Span, low: float, high: float, margin: float = 0.0) -> Iterator[Hit]:
        """All hits in a part of the picture.

        Args:
            across: from where to where the middle of a window may lie, in pixels of the picture.
            down: the same, of rows.
            low: least side of the windows, in pixels of the picture.
            high: largest.
            margin: how much farther out their middles may lie, in sides of theirs.
        """
        for factor in self._factors(low, high):
            level = self._level(factor)
            top, bottom = self._part(down, self._window[1], factor, margin)
            left, right = self._part(across, self._window[0], factor, margin)
            for x, y in self._search(level[top:bottom, left:right], factor):
                yield round((left + x) * factor), round((top + y) * factor), *self._side(factor)

    @staticmethod
    def _part(span: Span, side: int, factor: float, margin: float) -> tuple[int, int]:
        """The first pixel of a level in which those windows lie, and the one behind the last."""
        around = side * (0.5 + margin)
        first = max(0, math.floor(span[0] / factor - around))
        # The windows of the part are also to be windows of the whole.
        return first - first % _step(factor), max(0, math.ceil(span[1] / factor + around))

    def _factors(self, low: float, high: float) -> Iterator[float]:
        """OpenCV's: by how much the picture is reduced, one after the other."""
        rows, columns = self._picture.shape
        factor = 1.0
        while True:
            width, height = self._side(factor)
            if max(width, height) > high or width > columns or height > rows:
                return
            if min(width, height) >= low:
                yield factor
            factor *= self._scale_factor

    def _side(self, factor: float) -> tuple[int, int]:
        """The window's width and height in pixels of the picture."""
        return round(self._window[0] * factor), round(self._window[1] * factor)

    def _level(self, factor: float) -> Grey:
        if factor not in self._levels:
            rows, columns = self._picture.shape
            size = round(columns / factor), round(rows / factor)
            self._levels[factor] = cv2.resize(  # type: ignore[assignment]
                self._picture, size, interpolation=cv2.INTER_LINEAR_EXACT
            )
        return self._levels[factor]

    def _search(self, part: Grey, factor: float) -> Iterator[tuple[int, int]]:
        """Where the windows of a part of a level lie in it.

        So that OpenCV moves the window by one pixel here too where it does in the whole picture, a part of the higher
        levels is made twice as large and searched at the factor 2, which halves it again to the very same pixels.
        """
        if part.shape[0] < self._window[1] or part.shape[1] < self._window[0]:
            return
        zoom = 2 // _step(factor)
        if zoom == 2:
            part = cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)  # type: ignore[assignment]
        size = self._window[0] * zoom, self._window[1] * zoom
        found: Sequence[Sequence[int]] = self._cascade.detectMultiScale(
            part, scaleFactor=2.0, minNeighbors=0, minSize=size, maxSize=size
        )
        for x, y, _, _ in found:
            yield int(x) // zoom, int(y) // zoom


def _step(factor: float) -> int:
    """By how many pixels of a level OpenCV moves its window."""
    return 2 if factor < 2 else 1
