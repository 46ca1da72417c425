"""Pictures of nothing, made from a number: the same to the bit on every machine and with every library's version."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from edge.contract.records import Grey

_LAYERS = ((3, 3), (6, 3), (12, 2))
"""Cells a side, and weight, of the coarse to fine grids that a picture is the sum of."""


def made_picture(seed: int, size: tuple[int, int]) -> Grey:
    """Soft spots, left and right alike as in a face: uint8 of the size (height, width), from 0 to 255."""
    total = np.zeros(size, np.int64)
    for cells, weight in _LAYERS:
        total += weight * _enlarged(_grid(seed, cells), size)
    total -= total.min()
    return (total * 255 // max(int(total.max()), 1)).astype(np.uint8)


def _grid(seed: int, cells: int) -> NDArray[np.int64]:
    """From a hash, because the streams of numpy's generators may change."""
    data = hashlib.shake_256(f"{seed} {cells}".encode()).digest(cells * cells)
    values = np.frombuffer(data, np.uint8).reshape(cells, cells).astype(np.int64)
    return np.concatenate([values[:, : (cells + 1) // 2], values[:, : cells // 2][:, ::-1]], axis=1)


def _enlarged(values: NDArray[np.int64], size: tuple[int, int]) -> NDArray[np.int64]:
    """Bilinear, in whole numbers: 256 steps between two cells."""
    top, bottom, down = _between(size[0], len(values))
    left, right, across = _between(size[1], len(values))
    rows = values[top] * (256 - down)[:, None] + values[bottom] * down[:, None]
    return (rows[:, left] * (256 - across) + rows[:, right] * across) >> 16  # type: ignore[no-any-return]


def _between(pixels: int, cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The cells before and after each pixel's centre, and how far it lies from the first, in 256ths."""
    at = np.clip((2 * np.arange(pixels) + 1) * cells * 128 // pixels - 128, 0, (cells - 1) * 256)
    return at >> 8, np.minimum((at >> 8) + 1, cells - 1), at & 255
