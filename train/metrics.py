"""The figures that every report and manifest quotes, each computed in one place."""

import math
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


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one label is told from the rest. Shares are 0 to 1, and 0 where they have nothing to divide by.

    Attributes:
        label: its name.
        precision: share of the pictures given this label that are of it.
        recall: share of the pictures of this label that were given it.
        f1: the harmonic mean of both.
        support: how many pictures are of this label.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int


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
    return Metrics(
        images=len(truth),
        top1=float(hits.sum() / len(truth)),
        top3=float((order[:, :3] == truth[:, None]).any(axis=1).mean()),
        macro_f1=float(_f1(confusion).mean()),
        recall=dict(zip(labels, recall.tolist(), strict=True)),
        confusion=confusion.tolist(),
    )


def normalized(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities (N, labels) that add up to 1, as the edge makes them of any a model gives (two sigmoids, say)."""
    total = probabilities.sum(axis=1, keepdims=True, dtype=np.float64)
    alike = np.full(probabilities.shape, 1 / probabilities.shape[1])
    return np.divide(probabilities, total, out=alike, where=total > 0)


def by_class(measured: Metrics) -> tuple[ClassFigures, ...]:
    """The figures of each label, in output order."""
    confusion = np.array(measured.confusion)
    precision = _ratio(np.diag(confusion), confusion.sum(axis=0))
    columns = (precision.tolist(), measured.recall.values(), _f1(confusion).tolist(), confusion.sum(axis=1).tolist())
    return tuple(ClassFigures(label, *row) for label, *row in zip(measured.recall, *columns, strict=True))


def interval(share: float, of: int) -> tuple[float, float]:
    """Where the true share lies with a probability of 95 %: Wilson's score interval, for a share seen in `of` cases.

    Raises:
        ValueError: there are no cases.
    """
    if of < 1:
        raise ValueError("an interval needs at least one case")
    z = 1.959964  # 97.5 % of a normal distribution lie below it
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
    scale = 1 + z * z / of
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def _f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    return _ratio(2 * np.diag(confusion), confusion.sum(axis=1) + confusion.sum(axis=0))


def _ratio(part: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, of, out=np.zeros(len(part)), where=of > 0)
