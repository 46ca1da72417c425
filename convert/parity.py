"""How far a converted model, run as the edge runs it, is from the network that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from train.metrics import measure

Probabilities = NDArray[np.float64]
"""(N, labels), each row summing to 1."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be lost, in percentage points: of top-1, and of the recall of any one label."""

    top1: float = 0.5
    recall: float = 3.0


@dataclass(frozen=True, slots=True)
class Parity:
    """Shares are 0 to 1.

    Attributes:
        images: how many pictures were compared.
        agreement: share whose best label is the same.
        largest_difference: between the two probabilities of any label of any picture, at temperature 1.
        keras_top1: accuracy of the network.
        top1: accuracy of the converted model.
        keras_top3: share of pictures whose label is among the network's three best.
        top3: the same of the converted model.
        recall_change: how much more of each label's pictures the converted model gets right.
        support: how many pictures each label has.
    """

    images: int
    agreement: float
    largest_difference: float
    keras_top1: float
    top1: float
    keras_top3: float
    top3: float
    recall_change: Mapping[str, float]
    support: Mapping[str, int]

    def losses(self, limits: Limits, kind: str, where: str) -> list[str]:
        """What was lost beyond the limits, for people.

        One picture alone is never held against a model or a label, however few there are.
        """
        drop = 100 * (self.keras_top1 - self.top1)
        lost = []
        if drop > limits.top1 + 1e-9 and round(drop / 100 * self.images) > 1:
            lost.append(
                f"{kind} loses {drop:.2f} points on {where} ({self.keras_top1:.2%} -> {self.top1:.2%}, at most "
                f"{limits.top1:g} allowed)"
            )
        for label, change in self.recall_change.items():
            if -100 * change > limits.recall + 1e-9 and round(-change * self.support[label]) > 1:
                lost.append(
                    f"{kind} loses {-100 * change:.2f} points of the recall of {label} ({self.support[label]} "
                    f"pictures, at most {limits.recall:g} allowed)"
                )
        return lost


def compare(
    keras: Probabilities, converted: Probabilities, truth: NDArray[np.int64], labels: tuple[str, ...]
) -> Parity:
    """Compares what both said of the same N >= 1 pictures, at the same temperature."""
    before, after = measure(keras, truth, labels), measure(converted, truth, labels)
    return Parity(
        images=len(truth),
        agreement=float((keras.argmax(axis=1) == converted.argmax(axis=1)).mean()),
        largest_difference=float(np.abs(keras - converted).max()),
        keras_top1=before.top1,
        top1=after.top1,
        keras_top3=before.top3,
        top3=after.top3,
        recall_change={label: after.recall[label] - before.recall[label] for label in labels},
        support=dict(zip(labels, np.bincount(truth, minlength=len(labels)).tolist(), strict=True)),
    )
