from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

DATA = Path(__file__).parents[2] / "data"
MIX = np.array([[3, -1, 0], [-2, 2, 0], [0, 1, -3], [-1, -2, 4]]) / 64  # as tests/data/make_models.py has it
BIAS = np.array([0.5, 0, -1])


@pytest.fixture
def data() -> Path:
    """The folder of the tiny models that tests/data/make_models.py makes."""
    return DATA


@pytest.fixture
def face() -> np.ndarray:
    """A picture whose quarters differ in their means, (48, 48)."""
    means = np.array([[200, 90], [20, 140]]).repeat(24, 0).repeat(24, 1)
    return (means + np.random.default_rng(5).integers(-19, 20, (48, 48))).astype(np.uint8)


@pytest.fixture
def answer() -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """What the tiny emotion models say of a face of 48x48 pixels (or of any other numbers), worked out in numpy."""

    def work_out(pixels: np.ndarray) -> dict[str, np.ndarray]:
        quarters = pixels.astype(np.float64).reshape(2, 24, 2, 24).mean(axis=(1, 3)).reshape(4)
        return {"embedding": quarters, "logits": quarters @ MIX + BIAS}

    return work_out
