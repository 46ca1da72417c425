"""The confidence from which an emotion is reported; below it the edge says "uncertain"."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RULE = "the threshold with the most right answers less wrong ones among those that reach it"
"""Under it the model is wrong more often than right, so that leaving an answer out is better than giving it."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """`value` is a probability; `uncertain` the share of pictures under it; `top1` the accuracy on the others."""

    value: float
    uncertain: float
    top1: float


def choose_threshold(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Threshold:
    """Chooses by `RULE`; of equal ones the lowest.

    Args:
        confidence: (N,), N >= 1: the best label's probability for each picture.
        right: (N,): whether that label is right.
    """
    order = np.argsort(-confidence, kind="stable")
    gain = np.cumsum(np.where(right[order], 1, -1))
    last = len(gain) - 1 - int(gain[::-1].argmax())
    # Rounded down to three decimals, so that the last picture that counted still reaches it.
    value = float(np.clip(np.floor(confidence[order[last]] * 1000) / 1000, 0.001, 0.999))
    reported = confidence >= value
    return Threshold(value, float(1 - reported.mean()), float(right[reported].mean()) if reported.any() else 0.0)
