"""The probability from which an answer counts: an emotion is reported, a window is let through as a face."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RULE = "the threshold with the most right answers less wrong ones among those that reach it"
"""Under it the model is wrong more often than right, so that leaving an answer out is better than giving it."""


GATE_RULE = "the highest threshold from 0.5 to 0.75 that 99.5 % of the faces pass; 0.5 where none is"
"""What only looks like a face stays where it is and is judged frame after frame, while a face that is refused once is
seen in the next frame: so the gate is as strict as it can be without losing faces. Not over 0.75, because faces in life
are harder than those of a data set."""

_LOW, _HIGH, _PASSING = 0.5, 0.75, 0.995


@dataclass(frozen=True, slots=True)
class GateThreshold:
    """`value` is a probability of a human; `passing` the share of faces that reach it, `stopped` of others not."""

    value: float
    passing: float
    stopped: float


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


def choose_gate_threshold(human: NDArray[np.float64], face: NDArray[np.bool_]) -> GateThreshold:
    """Chooses by `GATE_RULE`.

    Args:
        human: (N,): the probability of a human for each picture.
        face: (N,): whether it shows one.
    """
    faces, others = human[face], human[~face]
    needed = np.sort(faces)[::-1][: int(np.ceil(_PASSING * len(faces)))]
    # Rounded down to three decimals, so that the last face that counted still reaches it.
    value = float(np.clip(np.floor(needed[-1] * 1000) / 1000, _LOW, _HIGH)) if len(needed) else _LOW
    return GateThreshold(value, _share(faces >= value), _share(others < value))


def _share(found: NDArray[np.bool_]) -> float:
    return float(found.mean()) if found.size else 0.0
