"""The wrong answers of which a model was surest: what they show is worth more than their number."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from train.evaluate import Answered


def surest_mistakes(answered: Answered, most: int = 24) -> Iterator[tuple[NDArray[np.uint8], str, str]]:
    """The surest wrong answers, surest first: the picture, what the model says, and what it is labelled."""
    chosen = answered.probabilities.argmax(axis=1)
    confidence = answered.probabilities.max(axis=1)
    wrong = np.flatnonzero(chosen != answered.truth)
    for index in wrong[np.argsort(-confidence[wrong], kind="stable")][:most]:
        given, true = answered.labels[chosen[index]], answered.labels[answered.truth[index]]
        yield answered.exam.examples.pixels[index], f"{given} {confidence[index]:.1%}", f"labelled {true}"
