"""Gives labels back what a network that minimises its loss takes from them because they are rare or hard."""

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 50
_MOST = 3.0
"""Logits that a label may be raised by at most: twenty times the odds."""


def adjust(logits: NDArray[np.floating], truth: NDArray[np.int64], recall: float) -> NDArray[np.float32]:
    """What to add to the logits so that every label that occurs is recalled often enough, and hardly more.

    A label that is recalled too seldom is raised by the least that mends it; as this takes pictures from others, the
    rounds go on until all have enough. It moves thresholds between labels and nothing else, as logit adjustment after
    training does (arXiv 2007.07314), but only where a recall asks for it.

    Args:
        logits: (N, labels), of a split that was not trained on.
        truth: (N,), indices of the right labels.
        recall: wanted of every label, 0 to 1.

    Returns:
        float32, (labels,), 0 for labels that need nothing. Where the recall cannot be had for all, as near as the
        rounds came.
    """
    bias = np.zeros(logits.shape[1])
    for _ in range(_ROUNDS):
        short = [label for label in np.unique(truth) if _lacking(logits + bias, truth, label, recall) > 0]
        if not short:
            break
        for label in short:
            bias[label] = min(bias[label] + max(_lacking(logits + bias, truth, label, recall), 0.0), _MOST)
    return bias.astype(np.float32)


def _lacking(logits: NDArray[np.floating], truth: NDArray[np.int64], label: np.int64, recall: float) -> float:
    """By how much a label must be raised to win on this share of its own pictures; 0 or less where it does."""
    own = logits[truth == label]
    others = np.delete(own, label, axis=1).max(axis=1)
    margins = np.sort(others - own[:, label])
    needed = margins[max(int(np.ceil(recall * len(margins))) - 1, 0)]
    return float(needed + 1e-3 if needed > -1e-3 else needed)
