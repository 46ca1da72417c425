"""Whether a stream's picture stands still as no camera's does."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 2
"""Rows at the lower edge that are compared. Where a stream's pictures become larger, OpenCV goes on giving the last old
one; where they become less high, it writes over the upper part only. Both leave these rows as they are, to the bit."""


class Standstill:
    """Says when it is time to open a stream again because its lower edge has not changed at all for so long.

    A camera's noise changes some pixel within seconds. A black bar, or a cover in front of the lens, does not: so each
    time that this was said in vain the patience is doubled, up to an hour, until the picture moves again.
    """

    def __init__(self, patience: float = 20.0, longest: float = 3600.0):
        """Both in seconds."""
        self._first = self._patience = patience
        self._longest = longest
        self._edge: NDArray[Any] | None = None
        self._since = math.inf

    def noticed(self, image: NDArray[Any], mono: float) -> bool:
        """Takes a picture of any shape (h, w[, channels]) and its time in seconds; whether to open the stream again."""
        edge = image[-ROWS:]
        if self._edge is None or not np.array_equal(edge, self._edge):
            if self._edge is not None:
                self._patience = self._first
            self._edge, self._since = edge.copy(), mono
        if mono - self._since < self._patience:
            return False
        self._patience = min(2 * self._patience, self._longest)
        self._since = mono
        return True
