"""People made of numbers: embeddings around a point for each expression, read by a linear head that is partly wrong."""

from collections.abc import Callable

import numpy as np
import pytest

from edge.tools.calibrate.samples import PARTS, Samples

LABELS = ("angry", "happy", "neutral")
SIZE = 8
TEMPERATURE = 0.5


@pytest.fixture
def person() -> Callable[..., Samples]:
    """Samples of somebody whose sad-looking rest, or whatever `habit` adds to the logits, the head misreads."""

    def make(seed: int = 1, frames: int = 20, noise: float = 0.25, habit: float = 0.0, fps: float = 5.0) -> Samples:
        rng = np.random.default_rng(seed)
        head = np.random.default_rng(0).normal(size=(3, SIZE))  # the same model for everybody
        own = head + habit * np.random.default_rng(99).normal(size=(3, SIZE))  # and this person's expressions
        rows = [(label, part, n) for part in range(PARTS) for label in range(3) for n in range(frames)]
        labels = np.array([row[0] for row in rows])
        embeddings = own[labels] + rng.normal(0, noise, (len(rows), SIZE))
        times = np.array([(part * 3 + label) * (frames / fps + 3) + n / fps for label, part, n in rows])
        logits = (embeddings @ head.T - 0.5 * (head**2).sum(axis=1)) * TEMPERATURE
        return Samples(embeddings, logits, labels, times, np.array([row[1] for row in rows]))

    return make
