"""What to show of one face over time: mean probabilities, and a label that does not flicker."""

import math
from dataclasses import dataclass

from edge.contract.labels import UNCERTAIN
from edge.contract.records import Scores


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Mean probabilities, the label shown (or "uncertain"), and its mean probability (the best while uncertain)."""

    scores: Scores
    emotion: str
    confidence: float


class Smoother:
    """Smooths the scores of one face; make one for every track.

    The mean forgets: a frame t seconds old counts exp(-t / tau). Normalised by the sum of these weights, as in
    arXiv 1412.6980 section 3, so that the first frame counts no more than any other; at a steady frame rate this is
    the exponential moving average with the factor 1 - exp(-dt / tau).
    """

    def __init__(
        self, threshold: float, tau: float = 0.7, margin: float = 0.1, slack: float = 0.05, hold: float = 0.25
    ):
        """Sets how much it takes to change the label.

        With these defaults one frame never does, and a clear change that lasts shows after about 0.8 s.

        Args:
            threshold: the best mean probability from which a label is shown.
            tau: time constant of the mean in seconds.
            margin: what another label's mean must lead the shown one's by.
            slack: what the best mean must fall under the threshold by before a shown label becomes "uncertain".
            hold: seconds for which all frames must agree on the change.
        """
        self._threshold = threshold
        self._tau = tau
        self._margin = margin
        self._slack = slack
        self._hold = hold
        self._weight = 0.0
        self._means: tuple[float, ...] = ()
        self._mono = -math.inf
        self._shown = UNCERTAIN
        self._next = UNCERTAIN
        self._next_since = 0.0

    def update(self, scores: Scores, mono: float) -> Smoothed:
        """Takes the scores of one frame, taken at `mono` seconds, not before the last one."""
        means = Scores(scores.labels, self._average(scores.values, mono))
        wanted = self._wanted(means)
        if wanted != self._next:
            self._next, self._next_since = wanted, mono
        if mono - self._next_since >= self._hold:
            self._shown = wanted
        confidence = means.confidence if self._shown == UNCERTAIN else means[self._shown]
        return Smoothed(means, self._shown, confidence)

    def _average(self, values: tuple[float, ...], mono: float) -> tuple[float, ...]:
        self._weight = 1.0 + self._weight * math.exp((self._mono - mono) / self._tau)
        share = 1.0 / self._weight
        means = self._means or values
        self._means = tuple(mean + share * (value - mean) for mean, value in zip(means, values, strict=True))
        self._mono = mono
        return self._means

    def _wanted(self, means: Scores) -> str:
        """What would be shown if this frame's means lasted."""
        if self._shown == UNCERTAIN:
            return means.best if means.confidence >= self._threshold else UNCERTAIN
        if means.confidence < self._threshold - self._slack:
            return UNCERTAIN
        return means.best if means.confidence >= means[self._shown] + self._margin else self._shown
