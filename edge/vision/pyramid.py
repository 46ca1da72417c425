"""The reduced pictures in which OpenCV's cascade looks for a face, made as OpenCV makes them."""

import math
from collections.abc import Iterator, Sequence

import cv2

from edge.contract.records import Grey

Hit = tuple[int, int, int, int]
"""A window that the cascade takes for a face: x, y, width and height in pixels of the picture."""


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

    def hits(self, centre: tuple[float, float], reach: float, low: float, high: float) -> Iterator[Hit]:
        """All hits around a place.

        Args:
            centre: of the place, x and y in pixels of the picture.
            reach: how far from it the middle of a window may lie, across and down, in pixels of the picture.
            low: least side of the windows, in pixels of the picture.
            high: largest.
        """
        for factor in self._factors(low, high):
            level = self._level(factor)
            left, top, right, bottom = self._part(centre, reach, factor)
            for x, y in self._search(level[top : max(bottom, 0), left : max(right, 0)], factor):
                yield round((left + x) * factor), round((top + y) * factor), *self._side(factor)

    def windows(self, low: float) -> Iterator[tuple[int, int]]:
        """The sides of the windows from `low` pixels of the picture on, and how many there are of each."""
        rows, columns = self._picture.shape
        for factor in self._factors(low, min(rows, columns)):
            step = 2 if factor < 2 else 1
            across, down = columns / factor - self._window[0], rows / factor - self._window[1]
            yield max(self._side(factor)), round((across / step + 1) * (down / step + 1))

    def _part(self, centre: tuple[float, float], reach: float, factor: float) -> tuple[int, int, int, int]:
        """The pixels of a level in which those windows lie: left, top, right and bottom, the last two excluded."""
        ways = [
            (_start((value - reach) / factor - side / 2, factor), math.ceil((value + reach) / factor + side / 2))
            for value, side in zip(centre, self._window, strict=True)
        ]
        (left, right), (top, bottom) = ways
        return left, top, right, bottom

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

        OpenCV moves the window by two pixels where the factor is under 2, and by one from there on. So that it does
        here too, a part of the higher levels is made twice as large and searched at the factor 2, which halves it
        again to the very same pixels.
        """
        if part.shape[0] < self._window[1] or part.shape[1] < self._window[0]:
            return
        zoom = 1 if factor < 2 else 2
        if zoom == 2:
            part = cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)  # type: ignore[assignment]
        size = self._window[0] * zoom, self._window[1] * zoom
        found: Sequence[Sequence[int]] = self._cascade.detectMultiScale(
            part, scaleFactor=2.0, minNeighbors=0, minSize=size, maxSize=size
        )
        for x, y, _, _ in found:
            yield int(x) // zoom, int(y) // zoom


def _start(value: float, factor: float) -> int:
    """The first pixel of a part, such that the windows of the part are also windows of the whole."""
    first = max(0, math.floor(value))
    return first - first % 2 if factor < 2 else first
