"""Small drawings with smooth edges, to be laid over a photo."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.tools.image.palette import PAPER, Colour

_FINE = 4
"""Everything is drawn this many times as large and then reduced: OpenCV's letters are made of lines, and look rough
in the size of print."""
_FONT = cv2.FONT_HERSHEY_DUPLEX
_CAPITAL = 21.0
"""Height in pixels of this font's capitals at scale 1."""


class Sheet:
    """A piece of paper of which only what is drawn on it covers what is below.

    All measures are in pixels of the photo; `letter` is the height of capitals.
    """

    def __init__(self, width: float, height: float):
        """An empty one."""
        self.width, self.height = max(1, round(width)), max(1, round(height))
        shape = self.height * _FINE, self.width * _FINE
        self._colour: NDArray[np.uint8] = np.full((*shape, 3), PAPER, np.uint8)
        self._cover: NDArray[np.uint8] = np.zeros(shape, np.uint8)

    def block(self, x: float, y: float, width: float, height: float, colour: Colour, cover: float = 1.0) -> None:
        """A rectangle with round corners; `cover` from 0, not to be seen, to 1."""
        if width <= 0 or height <= 0:
            return
        radius = min(width, height, 0.16 * self.height if height > 0.5 * self.height else height) / 2
        corners = np.array([(x + radius, y + radius), (x + width - radius, y + height - radius)], np.float64)
        (left, top), (right, bottom) = (corners * _FINE).round().astype(int)
        for picture, value in ((self._colour, colour), (self._cover, (round(255 * cover),))):
            reach = round(radius * _FINE)
            target: Any = picture
            cv2.rectangle(target, (left - reach, top), (right + reach, bottom), value, -1)
            cv2.rectangle(target, (left, top - reach), (right, bottom + reach), value, -1)
            for corner in ((left, top), (right, top), (left, bottom), (right, bottom)):
                cv2.circle(target, corner, reach, value, -1, cv2.LINE_AA)

    def text(self, x: float, y: float, text: str, letter: float, colour: Colour, *, right: bool = False) -> None:
        """A line of text standing on `y`, beginning at `x`, or ending there."""
        scale, thickness = _print(letter)
        start = x - text_width(text, letter) if right else x
        place = round(start * _FINE), round(y * _FINE)
        for picture, value in ((self._colour, colour), (self._cover, (255,))):
            target: Any = picture
            cv2.putText(target, _plain(text), place, _FONT, scale, value, thickness, cv2.LINE_AA)

    def lay(self, photo: NDArray[np.uint8], x: int, y: int) -> None:
        """Draws it onto a photo (BGR), its top left corner at (x, y); what lies outside is left out."""
        top, left = max(y, 0), max(x, 0)
        bottom, right = min(y + self.height, photo.shape[0]), min(x + self.width, photo.shape[1])
        if top >= bottom or left >= right:
            return
        size = self.width, self.height
        part = slice(top - y, bottom - y), slice(left - x, right - x)
        colour = cv2.resize(self._colour, size, interpolation=cv2.INTER_AREA)[part].astype(np.float32)
        cover = cv2.resize(self._cover, size, interpolation=cv2.INTER_AREA)[part].astype(np.float32)[..., None] / 255
        below = photo[top:bottom, left:right]
        below[:] = (colour * cover + below * (1 - cover) + 0.5).astype(np.uint8)


def text_width(text: str, letter: float) -> float:
    """How wide a line of text is, with capitals of so many pixels."""
    scale, thickness = _print(letter)
    (width, _), _ = cv2.getTextSize(_plain(text), _FONT, scale, thickness)
    return width / _FINE


def _print(letter: float) -> tuple[float, int]:
    return letter * _FINE / _CAPITAL, max(1, round(letter * _FINE / 11))


def _plain(text: str) -> str:
    """What these fonts have."""
    return text.encode("ascii", "replace").decode()
