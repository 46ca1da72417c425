"""Gives rare labels back what a network that minimises its loss takes from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = np.linspace(0, 1, 41)


@dataclass(frozen=True, slots=True, eq=False)
class Adjustment:
    """What is to be added to logits.

    Attributes:
        strength: 0 for nothing, 1 for what would be right if all labels were equally frequent.
        bias: float32, (labels,).
    """

    strength: float
    bias: NDArray[np.float32]


def adjust(
    logits: NDArray[np.floating], truth: NDArray[np.int64], frequency: NDArray[np.floating], recall: float
) -> Adjustment:
    """The weakest adjustment under which every label that occurs is recalled often enough.

    Logit adjustment after the training (arXiv 2007.07314, section 4): a label's logit is raised by `strength` times
    the logarithm of how much rarer than the mean label it is. If no strength suffices, the one with the best recall
    of the worst label is taken.

    Args:
        logits: (N, labels), of a split that was not trained on.
        truth: (N,), indices of the right labels.
        frequency: (labels,), how often each label was trained on, summing to 1.
        recall: wanted of every label, 0 to 1.
    """
    rarity = -np.log(np.maximum(frequency, 1e-6))
    rarity -= rarity.mean()
    worst = [_worst_recall(logits + strength * rarity, truth) for strength in _STEPS]
    enough = [index for index, value in enumerate(worst) if value >= recall]
    chosen = enough[0] if enough else int(np.argmax(worst))
    return Adjustment(float(_STEPS[chosen]), (_STEPS[chosen] * rarity).astype(np.float32))


def _worst_recall(logits: NDArray[np.floating], truth: NDArray[np.int64]) -> float:
    given = logits.argmax(axis=1)
    return min(float((given[truth == label] == label).mean()) for label in np.unique(truth))
