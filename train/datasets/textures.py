"""Pictures of nothing, made by the program: what a gate that saw only things and faces would have to guess about."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def textures(count: int, size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Noise from fine to coarse, stripes, checks, slopes and flat grey: uint8, (count, *size), as many of each kind."""
    return np.stack([_KINDS[index % len(_KINDS)](size, rng) for index in range(count)])


def _noise(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Independent pixels about a random grey."""
    return _clipped(rng.normal(rng.uniform(60, 200), rng.uniform(10, 90), size))


def _uniform_noise(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    return rng.integers(0, 256, size, np.uint8)


def _clouds(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Noise of a random grain, at full contrast."""
    grain = cv2.GaussianBlur(rng.standard_normal(size), (0, 0), rng.uniform(0.4, 8))
    return _clipped(128 + grain / grain.std() * rng.uniform(15, 70))


def _stripes(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    y, x = np.indices(size)
    angle, length = rng.uniform(0, np.pi), rng.uniform(3, 40)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / length + rng.uniform(0, 6))
    return _clipped(rng.uniform(80, 180) + rng.uniform(20, 120) * (np.sign(wave) if rng.random() < 0.5 else wave))


def _checks(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    y, x = np.indices(size)
    side = rng.integers(2, 20)
    return _clipped(rng.uniform(60, 180) + rng.uniform(-80, 80) * ((x // side + y // side) % 2))


def _slope(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """A straight change of light; with a steepness of nearly 0 a flat picture."""
    y, x = np.indices(size) - np.array(size)[:, None, None] / 2
    return _clipped(rng.uniform(0, 255) + rng.uniform(-4, 4) * x + rng.uniform(-4, 4) * y)


def _clipped(values: NDArray[np.floating]) -> Picture:
    return np.clip(values, 0, 255).astype(np.uint8)


_KINDS: tuple[Callable[[tuple[int, int], np.random.Generator], Picture], ...] = (
    _noise,
    _uniform_noise,
    _clouds,
    _stripes,
    _checks,
    _slope,
)
