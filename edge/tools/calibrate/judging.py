"""How good a correction is on time that it did not learn from, and how strongly to hold it back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge.contract.classifier import softmax
from edge.tools.calibrate.fitting import Correction, evened, fit
from edge.tools.calibrate.samples import PARTS, Floats, Samples, Whole

STRENGTHS = (np.inf, 3.0, 1.0, 0.3, 0.1, 0.03)
"""Penalties to choose from, the strongest first: it changes nothing. Under the last, simulated people gained nothing
and what they were not asked for was read worse."""

ABOVE_CHANCE = 0.2
"""By how much the mean share of faces read as asked must in the end be above guessing among those labels. Below it,
what was shown is hardly what was asked: any correction takes confidence away from guesses, and so lowers the log loss
without reading anything better."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How well expressions are read. Each label that was asked for counts the same.

    Attributes:
        accuracy: mean over the labels of the share that is read as asked, 0 to 1.
        log_loss: mean over the labels of -ln of the probability of what was asked, corrected for how often each is
            to be expected.
        recall: each label's share that is read as asked.
    """

    accuracy: float
    log_loss: float
    recall: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What a fit is worth.

    Attributes:
        correction: learned from all samples.
        strength: of its penalty.
        before: the shipped model, on all parts.
        after: corrections that were learned without the part that they are measured on, their strength included.
        gain: by which the log loss fell, and its standard error over the parts of the labels.
    """

    correction: Correction
    strength: float
    before: Figures
    after: Figures
    gain: tuple[float, float]

    @property
    def least(self) -> float:
        """Share of faces that must be read as asked, for the calibration to make sense at all."""
        return 1 / max(len(self.after.recall), 1) + ABOVE_CHANCE

    @property
    def better(self) -> bool:
        """Whether it is worth keeping: it reads no fewer faces as asked, and its gain is more than chance."""
        gain, error = self.gain
        sense = self.after.accuracy >= self.least
        return self.strength < np.inf and gain > error and sense and self.after.accuracy >= self.before.accuracy


def judge(samples: Samples, labels: Sequence[str], temperature: float) -> Verdict:
    """Fits a correction, and measures on each part in turn what is learned from the others.

    Args:
        samples: all parts.
        labels: of the model.
        temperature: what its logits are divided by.
    """
    even = evened(labels)
    nothing = Correction.none(samples)
    held = [samples.only(part) for part in range(PARTS)]
    learned = []
    for part in range(PARTS):
        rest = samples.without(part)
        strength = _strength(rest, temperature, even)
        learned.append(fit(rest, temperature, strength, even))
    before = _Marks.of([nothing] * PARTS, held, temperature, even)
    after = _Marks.of(learned, held, temperature, even)
    strength = _strength(samples, temperature, even)
    correction = fit(samples, temperature, strength, even)
    return Verdict(correction, strength, before.figures(labels), after.figures(labels), _gain(before, after))


def _strength(samples: Samples, temperature: float, even: Floats) -> float:
    """The penalty whose corrections, learned without a part, say the truth of that part with the lowest log loss."""
    parts = [int(part) for part in np.unique(samples.parts)]
    held = [samples.only(part) for part in parts]
    rest = [samples.without(part) for part in parts]

    def loss(strength: float) -> float:
        learned = [fit(one, temperature, strength, even) for one in rest]
        return _Marks.of(learned, held, temperature, even).loss

    return min(STRENGTHS, key=loss)


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """What became of each held-out face: (N,) each."""

    labels: Whole
    parts: Whole
    right: Floats
    losses: Floats
    weights: Floats

    @classmethod
    def of(
        cls, corrections: Sequence[Correction], held: Sequence[Samples], temperature: float, even: Floats
    ) -> "_Marks":
        """Measures each correction on its own held-out samples."""
        scores = [one.apply(samples) / temperature for one, samples in zip(corrections, held, strict=True)]
        labels = np.concatenate([samples.labels for samples in held])
        shown = np.concatenate(scores)
        chances = softmax(shown + even)[np.arange(len(labels)), labels]
        counts = np.bincount(labels)
        return cls(
            labels,
            np.concatenate([samples.parts for samples in held]),
            (shown.argmax(axis=1) == labels).astype(np.float64),
            -np.log(np.maximum(chances, 1e-12)),
            1.0 / (counts[labels] * np.count_nonzero(counts)),
        )

    @property
    def loss(self) -> float:
        return float(self.weights @ self.losses)

    def figures(self, names: Sequence[str]) -> Figures:
        recall = tuple(
            (names[label], float(self.right[self.labels == label].mean())) for label in np.unique(self.labels)
        )
        return Figures(float(self.weights @ self.right), self.loss, recall)


def _gain(before: _Marks, after: _Marks) -> tuple[float, float]:
    """Mean fall of the log loss, and its standard error. Frames are no independent witnesses; parts nearly are."""
    falls = before.losses - after.losses
    groups = after.labels * PARTS + after.parts
    means = np.array([falls[groups == group].mean() for group in np.unique(groups)])
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else np.inf
