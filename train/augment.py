"""Random changes to whole batches of faces, in numpy, so that every Keras backend trains on the same pictures."""

from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a picture may be changed.

    `shift` and `scale` are shares of the side, `rotation` is in degrees, `light` and `contrast` are shares of the
    full range; the rest are probabilities for one picture. `coarsest` is the side, in pixels, of the smallest
    picture that a face may be reduced to before it is enlarged again.
    """

    shift: float = 0.0
    scale: float = 0.0
    rotation: float = 0.0
    flip: float = 0.0
    light: float = 0.0
    contrast: float = 0.0
    coarse: float = 0.0
    coarsest: int = 20
    noise: float = 0.0
    compress: float = 0.0
    erase: float = 0.0

    def faded(self, strength: float) -> "Augmentation":
        """The same with every range and probability but that of mirroring multiplied by `strength`, 0 to 1."""
        kept = {"flip": self.flip, "coarsest": self.coarsest}
        rest = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in kept}
        return Augmentation(**kept, **{name: value * strength for name, value in rest.items()})


def augment(pixels: NDArray[np.uint8], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Changes each picture of a batch in its own way.

    Args:
        pixels: uint8, (N, h, w).

    Returns:
        float32, (N, h, w), 0 to 255.
    """
    batch = _warp(pixels, how, rng)
    batch = _coarsen(batch, how, rng)
    batch = _relight(batch, how, rng)
    batch = _add_noise(batch, how, rng)
    batch = _compress(batch, how, rng)
    batch = _erase(batch, how, rng)
    return np.clip(batch, 0, 255, out=batch)


def _warp(pixels: NDArray[np.uint8], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Rotates, scales, shifts and mirrors about the centre; bilinear, edge pixels repeated."""
    count, height, width = pixels.shape
    angle = np.radians(rng.uniform(-how.rotation, how.rotation, count)).astype(np.float32)
    zoom = np.exp(rng.uniform(-1, 1, count) * np.log1p(how.scale)).astype(np.float32)
    mirror = np.where(rng.random(count) < how.flip, -1, 1).astype(np.float32)
    across = (rng.uniform(-how.shift, how.shift, count) * width).astype(np.float32)
    down = (rng.uniform(-how.shift, how.shift, count) * height).astype(np.float32)

    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x.ravel() - (width - 1) / 2, y.ravel() - (height - 1) / 2
    cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
    source_x = np.outer(cos * mirror, x) - np.outer(sin, y) + (across + (width - 1) / 2)[:, None]
    source_y = np.outer(sin * mirror, x) + np.outer(cos, y) + (down + (height - 1) / 2)[:, None]
    np.clip(source_x, 0, width - 1, out=source_x)
    np.clip(source_y, 0, height - 1, out=source_y)

    left = np.minimum(source_x.astype(np.int32), width - 2)
    top = np.minimum(source_y.astype(np.int32), height - 2)
    right_share, lower_share = source_x - left.astype(np.float32), source_y - top.astype(np.float32)
    at = left + top * width + (np.arange(count, dtype=np.int32) * (height * width))[:, None]
    flat = pixels.reshape(-1).astype(np.float32)
    upper = flat[at] * (1 - right_share) + flat[at + 1] * right_share
    at += width
    lower = flat[at] * (1 - right_share) + flat[at + 1] * right_share
    return (upper * (1 - lower_share) + lower * lower_share).reshape(count, height, width)


def _coarsen(batch: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Reduces some pictures to a random smaller side and enlarges them again, as a far-away face is."""
    chosen = np.flatnonzero(rng.random(len(batch)) < how.coarse)
    sides = rng.integers(how.coarsest, batch.shape[1], size=len(chosen))
    for side in np.unique(sides):
        where = chosen[sides == side]
        down_up = _resampling(batch.shape[1], int(side))
        batch[where] = down_up @ batch[where] @ down_up.T
    return batch


def _resampling(side: int, smaller: int) -> NDArray[np.float32]:
    """The (side, side) matrix that averages a line of pixels down to `smaller` and interpolates back up."""
    edges = np.linspace(0, side, smaller + 1)
    pixel = np.arange(side)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    down = np.clip(overlap, 0, None) / (side / smaller)
    centre = np.clip((pixel + 0.5) * smaller / side - 0.5, 0, smaller - 1)
    up = np.clip(1 - np.abs(centre[:, None] - np.arange(smaller)), 0, None)
    return (up @ down).astype(np.float32)


def _relight(batch: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    shape = (len(batch), 1, 1)
    contrast = np.exp(rng.uniform(-1, 1, shape) * np.log1p(how.contrast)).astype(np.float32)
    light = (rng.uniform(-how.light, how.light, shape) * 255).astype(np.float32)
    middle = batch.mean(axis=(1, 2), keepdims=True)
    return (batch - middle) * contrast + middle + light


def _add_noise(batch: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    where = np.flatnonzero(rng.random(len(batch)) < how.noise)
    deviation = rng.uniform(2, 12, (len(where), 1, 1)).astype(np.float32)
    batch[where] += rng.standard_normal((len(where), *batch.shape[1:]), np.float32) * deviation
    return batch


def _compress(batch: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Sends some pictures through JPEG, as most cameras do before anybody sees their frames."""
    for index in np.flatnonzero(rng.random(len(batch)) < how.compress):
        picture = np.clip(batch[index], 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        batch[index] = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return batch


def _erase(batch: NDArray[np.float32], how: Augmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Covers a rectangle with one random grey: random erasing (arXiv 1708.04896)."""
    _, height, width = batch.shape
    for index in np.flatnonzero(rng.random(len(batch)) < how.erase):
        tall, wide = rng.integers(height // 8, height // 2), rng.integers(width // 8, width // 2)
        top, left = rng.integers(0, height - tall), rng.integers(0, width - wide)
        batch[index, top : top + tall, left : left + wide] = rng.uniform(0, 255)
    return batch
