"""How far a converted model, run as the edge runs it, is from the Keras model that it came from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convert.errors import CheckFailed

Probabilities = NDArray[np.float64]
"""(N, labels), each row summing to 1."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Shares are 0 to 1.

    Attributes:
        images: how many pictures were compared.
        agreement: share whose best label is the same.
        largest_difference: between the two probabilities of any label of any picture.
        keras_top1: accuracy of the Keras model.
        int8_top1: accuracy of the converted one.
    """

    images: int
    agreement: float
    largest_difference: float
    keras_top1: float
    int8_top1: float

    def check(self, max_drop: float, where: str) -> None:
        """Refuses a model that lost more than `max_drop` percentage points of top-1. Raises CheckFailed."""
        drop = 100 * (self.keras_top1 - self.int8_top1)
        if drop > max_drop + 1e-9:
            raise CheckFailed(
                f"int8 loses {drop:.2f} points on {where} ({self.keras_top1:.2%} -> {self.int8_top1:.2%}, at most "
                f"{max_drop:g} allowed); nothing was written (--max-drop, --force)"
            )


def compare(keras: Probabilities, int8: Probabilities, truth: NDArray[np.int64]) -> Parity:
    """Compares what both said of the same N >= 1 pictures, at the same temperature."""
    first, second = keras.argmax(axis=1), int8.argmax(axis=1)
    return Parity(
        images=len(truth),
        agreement=float((first == second).mean()),
        largest_difference=float(np.abs(keras - int8).max()),
        keras_top1=float((first == truth).mean()),
        int8_top1=float((second == truth).mean()),
    )
