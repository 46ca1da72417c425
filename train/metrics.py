"""The figures that every report and manifest quotes, each computed in one place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well scores match labels on one set of pictures. Shares are 0 to 1.

    Attributes:
        images: how many pictures.
        top1: share whose best score is the label.
        top3: share whose label is among the three best scores (1 by definition for three labels or fewer).
        macro_f1: F1 of each label, averaged without weights; a label that never occurs and is never given counts 0.
        recall: share of each label's pictures that were given it; 0 where there are none.
        confusion: confusion[i][j] counts the pictures of label i that were given label j.
    """

    images: int
    top1: float
    top3: float
    macro_f1: float
    recall: dict[str, float]
    confusion: list[list[int]]


def measure(scores: NDArray[np.floating], truth: NDArray[np.int64], labels: tuple[str, ...]) -> Metrics:
    """Measures scores of any monotonic kind (logits or probabilities).

    Args:
        scores: (N, number of labels), N >= 1.
        truth: (N,) indices of the right labels.
        labels: names in output order.
    """
    classes = len(labels)
    order = np.argsort(-scores, axis=1, kind="stable")
    confusion = np.bincount(truth * classes + order[:, 0], minlength=classes * classes).reshape(classes, classes)
    hits = np.diag(confusion)
    recall = _ratio(hits, confusion.sum(axis=1))
    f1 = _ratio(2 * hits, confusion.sum(axis=1) + confusion.sum(axis=0))
    return Metrics(
        images=len(truth),
        top1=float(hits.sum() / len(truth)),
        top3=float((order[:, :3] == truth[:, None]).any(axis=1).mean()),
        macro_f1=float(f1.mean()),
        recall=dict(zip(labels, recall.tolist(), strict=True)),
        confusion=confusion.tolist(),
    )


def _ratio(part: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, of, out=np.zeros(len(part)), where=of > 0)
