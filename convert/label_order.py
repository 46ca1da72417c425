"""Whether a network's answers say that its labels, or its pixels, are not what they were said to be."""

import numpy as np
from numpy.typing import NDArray

from train.metrics import Metrics

_WORTH = 0.025
"""What every label that changes its place must bring, 0 to 1: a network that never gives a label, or gives it too
often, would be a little better with another one in its place."""

_LUCK = 0.05
"""How far over that of one constant answer the mean recall of a network may be that only guesses."""


def doubts(measured: Metrics, labels: tuple[str, ...]) -> list[str]:
    """Why the labels or the input range are probably wrong, for people; empty where nothing speaks for it."""
    confusion = np.array(measured.confusion)
    likely = _likely_order(confusion)
    if likely is not None and not _guesses(confusion[:, likely]):
        fitting = ",".join(labels[index] for index in np.argsort(likely))
        return [
            f"its answers fit other labels: {fitting} in place of {','.join(labels)}; give --labels in the order of "
            "its outputs"
        ]
    if _guesses(confusion):
        return [
            f"it is right on {measured.top1:.1%} of {measured.images:,} pictures, no better than guessing; are "
            "--input-range and --labels right?"
        ]
    return []


def _likely_order(confusion: NDArray[np.int64]) -> NDArray[np.intp] | None:
    """Which output fits each label best; None where it is the present one, or hardly better.

    Only labels with pictures speak against the present order, and only by the answers that are right for one of them:
    where nobody shows sad faces, a weak network that calls the angry ones sad has no fault in its order.
    """
    seen = confusion.sum(axis=1) > 0
    worth = _worth(confusion)[seen]
    counts = confusion[np.ix_(seen, seen)]
    best = _best_order(counts * worth[:, None])
    moved = np.flatnonzero(best != np.arange(len(best)))
    right, other = counts[moved, moved], counts[moved, best[moved]]
    gain = ((other - right) * worth[moved]).sum()
    error = np.sqrt(((other + right) * worth[moved] ** 2).sum())
    if not len(moved) or gain < 2 * error:  # so few pictures may have fallen so by chance
        return None
    return _best_order(confusion * _worth(confusion)[:, None])


def _worth(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """What one right picture of each label adds to the mean of top-1 and of the labels' mean recall: (labels,).

    In top-1 alone a rare label would not count; in recall alone a weak network that never gives a rare label would gain
    by giving it in place of a common one.
    """
    pictures = confusion.sum(axis=1)
    return (1 / pictures.sum() + 1 / (np.maximum(pictures, 1) * np.count_nonzero(pictures))) / 2


def _best_order(value: NDArray[np.float64]) -> NDArray[np.intp]:
    """The column of each row that makes the values the largest together; its own unless others are worth it."""
    from scipy.optimize import linear_sum_assignment  # scikit-learn brings it

    order: NDArray[np.intp] = linear_sum_assignment(value + _WORTH * np.eye(len(value)), maximize=True)[1]
    return order


def _guesses(confusion: NDArray[np.int64]) -> bool:
    """Whether one constant answer would do as well, both in top-1 and in mean recall."""
    pictures, hits = confusion.sum(axis=1), np.diag(confusion)
    seen = pictures > 0
    if seen.sum() == 1:  # one constant answer is then what is wanted
        return bool(hits.sum() <= pictures.sum() / len(confusion))
    recall = (hits[seen] / pictures[seen]).mean()
    return bool(hits.sum() <= pictures.max() and recall <= 1 / seen.sum() + _LUCK)
