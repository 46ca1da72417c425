"""Fits a correction of the emotion model to one person's faces: a linear head that starts from the model's own.

The corrected logits are `logits + W (embedding - mean) + b`. The model's logits are a linear map of its embedding, so
this is its last layer, moved; W and b minimise the cross-entropy of what was asked for plus a penalty on their size
(multinomial logistic regression with a Gaussian prior around the shipped head; Bishop, Pattern Recognition and Machine
Learning, 4.3). An infinite penalty is the shipped model itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.contract.classifier import softmax
from edge.tools.calibrate.samples import Floats, Samples, Whole

EXPECTED = {
    "angry": 0.084,
    "disgust": 0.016,
    "fear": 0.036,
    "happy": 0.275,
    "sad": 0.144,
    "surprise": 0.124,
    "neutral": 0.320,
}
"""How often each expression is to be expected: the share of FER+'s votes for it on FER2013's 28,561 training pictures.

A calibration asks for each equally often. A head that learned this too would see disgust in many a resting face.
"""

_STEPS = 400
_SMALL = 1e-4
"""Length of the gradient at which the fit is done; the loss is then flat to the fifth digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What is added to logits: `embeddings @ weights.T + offsets`; weights are (L, D), offsets (L,)."""

    weights: Floats
    offsets: Floats

    @classmethod
    def none(cls, samples: Samples) -> "Correction":
        """The one that changes nothing."""
        labels, size = samples.logits.shape[1], samples.embeddings.shape[1]
        return cls(np.zeros((labels, size)), np.zeros(labels))

    def apply(self, samples: Samples) -> Floats:
        """Corrected logits: (N, L)."""
        corrected: Floats = samples.logits + samples.embeddings @ self.weights.T + self.offsets
        return corrected


def evened(labels: Sequence[str]) -> Floats:
    """What to add to logits over temperature, (L,), to judge as if each label were asked for equally often.

    The logarithms of the ratios of the two frequencies (Saerens et al. 2002, Neural Computation 14(1)). Zeros where a
    label is none of `EXPECTED`: nothing is known then.
    """
    if not set(labels) <= EXPECTED.keys():
        return np.zeros(len(labels))
    shares = np.array([EXPECTED[label] for label in labels])
    ratios: Floats = -np.log(shares / shares.mean())
    return ratios


def fit(samples: Samples, temperature: float, strength: float, even: Floats) -> Correction:
    """Fits a correction.

    Labels that nobody was asked for keep the model's logits: they take no part in the loss, and the corrections of the
    others sum to zero by themselves.

    Args:
        samples: of at least two labels, or none, which change nothing.
        temperature: what the model's logits are divided by.
        strength: of the penalty, over 0; inf changes nothing.
        even: of `evened`.
    """
    if np.isinf(strength) or not len(samples):
        return Correction.none(samples)
    present: Whole = np.unique(samples.labels)
    mean, spread = _frame(samples)
    # A last column of ones carries b, so that one matrix holds all that is fitted.
    inputs = np.hstack([(samples.embeddings - mean) / spread, np.ones((len(samples), 1))])
    base = (samples.logits / temperature + even)[:, present]
    targets = (samples.labels[:, None] == present).astype(np.float64)
    found = _minimise(inputs, base, targets, samples.weights()[:, None], strength)
    weights = np.zeros((samples.logits.shape[1], samples.embeddings.shape[1]))
    offsets = np.zeros(len(weights))
    weights[present] = temperature * found[:, :-1] / spread
    offsets[present] = temperature * found[:, -1]
    return Correction(weights, offsets - weights @ mean)


def _frame(samples: Samples) -> tuple[Floats, float]:
    """Mean of the embeddings, and the root of their mean squared distance from it; 1 where all are the same."""
    weights = samples.weights()
    mean: Floats = weights @ samples.embeddings
    spread = float(np.sqrt(weights @ ((samples.embeddings - mean) ** 2).sum(axis=1)))
    return mean, spread or 1.0


def _minimise(inputs: Floats, base: Floats, targets: Floats, weights: Floats, strength: float) -> Floats:
    """Nesterov's method for strongly convex functions (Introductory Lectures, 2.2.1), its step from the curvature.

    Args:
        inputs: (N, D).
        base: (N, L), scores to start from.
        targets: (N, L), one 1 a row.
        weights: (N, 1).
        strength: of the penalty.

    Returns:
        (L, D).
    """
    # The Hessian of a softmax's cross-entropy is at most 1/2 (Böhning 1992).
    steepest = 0.5 * float(np.linalg.norm(inputs * np.sqrt(weights), 2)) ** 2 + strength
    root = np.sqrt(strength / steepest)
    momentum = (1 - root) / (1 + root)
    found = ahead = np.zeros((base.shape[1], inputs.shape[1]))
    for _ in range(_STEPS):
        error = softmax(base + inputs @ ahead.T) - targets
        slope = (weights * error).T @ inputs + strength * ahead
        before, found = found, ahead - slope / steepest
        ahead = found + momentum * (found - before)
        if float(np.linalg.norm(slope)) < _SMALL:
            break
    return found
