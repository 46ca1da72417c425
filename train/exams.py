"""What a model is measured on: each of its outputs by the kind of labels that it learned."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from train.datasets.examples import Examples, Splits
from train.datasets.tasks import LABELS
from train.metrics import Metrics, measure
from train.recipes import Target

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exam:
    """One output on one set of pictures.

    Attributes:
        set: the name of the split.
        labelling: whose labels count: "original labels", or "clear majority of FER+ votes" (over half of all votes), or
            "original labels in place of votes" where an output learned votes and the data set has none.
        output: whose scores are measured.
        examples: the pictures with those labels.
    """

    set: str
    labelling: str
    output: str
    examples: Examples

    @property
    def title(self) -> str:
        """For people and as a key: the set and its labelling."""
        return f"{self.set}, {self.labelling}"

    def mark(self, scores: NDArray[np.floating], task: str, labels: tuple[str, ...]) -> Metrics:
        """Measures scores (N, labels) whose columns stand for `labels`, which may be ordered unlike the task's."""
        return measure(scores, self.truth(task, labels), labels)

    def truth(self, task: str, labels: tuple[str, ...]) -> NDArray[np.int64]:
        """The right labels as positions in `labels`: int64, (N,); no picture may be of another label."""
        places = [labels.index(label) if label in labels else -1 for label in LABELS[task]]
        return np.array(places)[self.examples.labels]


def exams_of(splits: Splits, targets: Sequence[Target], chosen: Sequence[str] = ("validation", "test")) -> list[Exam]:
    """The exams of each target, the first target's first, on the chosen splits ("validation", "test")."""
    names = dict(zip(("train", "validation", "test"), splits.names, strict=True))
    return [_exam(names[split], getattr(splits, split), target) for target in targets for split in chosen]


def _exam(name: str, examples: Examples, target: Target) -> Exam:
    if target.learns == "labels":
        return Exam(name, "original labels", target.output, examples)
    if examples.votes is None:
        return Exam(name, "original labels in place of votes", target.output, examples)
    return Exam(name, "clear majority of FER+ votes", target.output, examples.clear())


def warn_without_votes(splits: Splits, targets: Sequence[Target]) -> None:
    """Says which outputs go by the labels because the data set has no votes."""
    outputs = [target.output for target in targets if target.learns == "votes"]
    if outputs and splits.train.votes is None:
        log.warning("no votes here (FER+'s CSV is missing): at the output %s the labels stand in", ", ".join(outputs))
