"""How far a model's confidence can be trusted: how often it is right by how sure it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Bins of the expected calibration error, as in arXiv 1706.04599."""


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Answers in bins of equal width over the confidence 0 to 1, upper edges included. An empty bin holds zeros.

    Attributes:
        images: int64, (bins,): how many answers fall into each bin.
        confidence: float64, (bins,): their mean confidence.
        accuracy: float64, (bins,): the share of them that is right.
    """

    images: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of accuracy and confidence, weighted by the bins' sizes."""
        return float(np.abs(self.accuracy - self.confidence) @ self.images / self.images.sum())


@dataclass(frozen=True, slots=True, eq=False)
class RiskCoverage:
    """What a threshold on the confidence costs and brings, for every threshold that makes a difference.

    Answers of equal confidence are kept or dropped together, so the order of the pictures changes nothing.

    Attributes:
        thresholds: float64, (T,), falling: an answer is kept where its confidence is no less.
        kept: int64, (T,), rising to all: how many answers are kept.
        wrong: int64, (T,): how many of those are wrong.
    """

    thresholds: NDArray[np.float64]
    kept: NDArray[np.int64]
    wrong: NDArray[np.int64]

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The share of all answers that is kept: float64, (T,)."""
        return self.kept / self.kept[-1]

    @property
    def risk(self) -> NDArray[np.float64]:
        """The share of the kept answers that is wrong: float64, (T,)."""
        return self.wrong / self.kept

    @property
    def area(self) -> float:
        """Area under the curve (AURC, arXiv 1805.08206): the risk, averaged over the answers from surest to least."""
        joined = np.diff(self.kept, prepend=0)
        return float(self.risk @ joined / self.kept[-1])

    def at(self, threshold: float) -> tuple[float, float]:
        """Coverage and risk at a threshold; a risk of 0 where nothing is kept."""
        reached = int((self.thresholds >= threshold).sum())
        return (float(self.coverage[reached - 1]), float(self.risk[reached - 1])) if reached else (0.0, 0.0)


def reliability(probabilities: NDArray[np.floating], truth: NDArray[np.int64], bins: int = BINS) -> Reliability:
    """Puts answers into bins by their confidence, which is the best label's probability.

    Args:
        probabilities: (N, labels), N >= 1.
        truth: (N,), indices of the right labels.
        bins: how many.
    """
    confidence, right = _answers(probabilities, truth)
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    images = np.bincount(place, minlength=bins)
    some = np.maximum(images, 1)
    return Reliability(
        images,
        np.bincount(place, weights=confidence, minlength=bins) / some,
        np.bincount(place, weights=right, minlength=bins) / some,
    )


def risk_coverage(probabilities: NDArray[np.floating], truth: NDArray[np.int64]) -> RiskCoverage:
    """The trade of answers kept for answers right; arguments as for `reliability`."""
    confidence, right = _answers(probabilities, truth)
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    last = np.flatnonzero(np.append(np.diff(falling) != 0, True))  # of each run of equal confidences
    return RiskCoverage(falling[last], last + 1, np.cumsum(~right[order])[last])


def _answers(
    probabilities: NDArray[np.floating], truth: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    confidence = probabilities.max(axis=1).astype(np.float64)
    return confidence, probabilities.argmax(axis=1) == truth
