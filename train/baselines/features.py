"""What the baselines see of a picture."""

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError

_CELL = 8
"""Side of a cell whose gradients are counted, in pixels; a block is 2x2 cells, as Dalal and Triggs 2005 found best."""
_DIRECTIONS = 9


def pixels(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every pixel, 0 to 1: float32, (N, h * w), from uint8 (N, h, w)."""
    return pictures.reshape(len(pictures), -1).astype(np.float32) / 255


def hog(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Histograms of oriented gradients (Dalal and Triggs 2005), as OpenCV computes them.

    Args:
        pictures: uint8, (N, h, w); h and w are multiples of 8, 16 at least.

    Returns:
        float32, (N, 36 * (h / 8 - 1) * (w / 8 - 1)): 900 numbers for 48x48.

    Raises:
        InputError: the sides are not multiples of 8.
    """
    height, width = pictures.shape[1:]
    if height % _CELL or width % _CELL or min(height, width) < 2 * _CELL:
        raise InputError(f"HOG needs sides that are multiples of {_CELL}, {2 * _CELL} at least; found {width}x{height}")
    block, cell = (2 * _CELL, 2 * _CELL), (_CELL, _CELL)
    describer = cv2.HOGDescriptor((width, height), block, cell, cell, _DIRECTIONS)
    return np.stack([describer.compute(np.ascontiguousarray(one)).reshape(-1) for one in pictures])


FEATURES = {"pixels": pixels, "hog": hog}
"""By the name that the command line takes."""
