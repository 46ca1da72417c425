"""Faces as the pipeline would find them."""

from collections.abc import Callable

import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from edge.contract.records import Box, Face, Scores


@pytest.fixture
def face() -> Callable[..., Face]:
    """Makes a face at a place: an emotion and its probability, None for a window that was rejected."""

    def make(x: int, y: int, side: int, emotion: str | None = "happy", confidence: float = 0.94) -> Face:
        if emotion is None:
            return Face(Box(x, y, side, side), 0.12, None)
        rest = (1 - confidence) / (len(EMOTIONS) - 1)
        values = tuple(confidence if label == emotion else rest for label in EMOTIONS)
        return Face(Box(x, y, side, side), 0.98, Scores(EMOTIONS, values))

    return make


@pytest.fixture
def photo() -> Callable[..., np.ndarray]:
    """Makes a photo of one brightness, BGR."""

    def make(width: int, height: int, light: int = 120) -> np.ndarray:
        return np.full((height, width, 3), light, np.uint8)

    return make
