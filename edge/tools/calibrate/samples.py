"""What is kept of a person's faces while a profile is fitted: the emotion model's numbers, no pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

PARTS = 3
"""Into how many parts each expression's time is divided; each part is held out once."""

GAP = 0.5
"""Seconds around a part that is held out from which nothing is learned: neighbouring frames are nearly the same."""

SPACING = 0.2
"""Seconds between frames that are looked at: closer ones say the same again."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """N faces of one person with what each was asked to show.

    Attributes:
        embeddings: (N, D), what the emotion model sees.
        logits: (N, L), what it says, before the temperature.
        labels: (N,), what was asked for: positions among the L labels.
        times: (N,), seconds; no two parts of a label share a moment.
        parts: (N,), 0 to `PARTS` - 1: the part of its expression's time that a face belongs to.
    """

    embeddings: Floats
    logits: Floats
    labels: Whole
    times: Floats
    parts: Whole

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.bool_]) -> "Samples":
        """Those for which `chosen` (N,) is true."""
        return Samples(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def only(self, part: int) -> "Samples":
        """A part by itself, to measure on."""
        return self.take(self.parts == part)

    def without(self, part: int) -> "Samples":
        """What may be learned from while a part is held out: the other parts, more than `GAP` seconds away from it."""
        near = np.zeros(len(self), np.bool_)
        for moment in self.times[self.parts == part]:
            near |= np.abs(self.times - moment) <= GAP
        return self.take((self.parts != part) & ~near)

    def weights(self) -> Floats:
        """(N,), summing to 1: every label that is there counts the same, however many faces it has."""
        counts = np.bincount(self.labels)
        shares: Floats = 1.0 / (counts[self.labels] * np.count_nonzero(counts))
        return shares


def gather(
    embeddings: Sequence[NDArray[np.float32]],
    logits: Sequence[NDArray[np.float32]],
    labels: Sequence[int],
    times: Sequence[float],
    parts: Sequence[int] | None = None,
) -> Samples:
    """Puts samples together, each label's in the order of time. Without `parts`, each label's are cut into thirds."""
    marks = np.array(labels, np.int64)
    return Samples(
        np.array(embeddings, np.float64),
        np.array(logits, np.float64),
        marks,
        np.array(times, np.float64),
        thirds(marks) if parts is None else np.array(parts, np.int64),
    )


def thirds(labels: Whole) -> Whole:
    """Cuts each label's faces, which are in the order of time, into `PARTS` runs of nearly the same length."""
    parts = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        where = np.flatnonzero(labels == label)
        parts[where] = np.arange(len(where)) * PARTS // len(where)
    return parts
