"""What a converted model, run as the edge runs it, reaches on the splits that nothing was trained on."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convert.temperature import tempered
from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model
from train.datasets.examples import Splits
from train.evaluate import edge_scores
from train.exams import Exam, exams_of
from train.metrics import Metrics, measure
from train.recipes import Target


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One exam: each picture's probabilities (N, labels) and true label (N,), and the figures."""

    exam: Exam
    probabilities: NDArray[np.float64]
    truth: NDArray[np.int64]
    metrics: Metrics

    def tempered(self, temperature: float) -> "Measured":
        """The same at another temperature, which changes no order of labels and so no figure."""
        return replace(self, probabilities=tempered(self.probabilities, temperature))


def measure_split(model: Model, splits: Splits, targets: tuple[Target, ...], chosen: str) -> tuple[Measured, ...]:
    """Measures each output on the split that is chosen, "validation" or "test", the reported output first.

    The splits' labels count by the model's labels.
    """
    return tuple(_measure(model, exam) for exam in exams_of(splits, targets, [chosen]))


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """How sure a model is of each picture of a set, called `title`, and whether it is right: (N,) each."""

    title: str
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]


def answers(measured: Measured) -> Answers:
    """The answers of one exam."""
    right = measured.probabilities.argmax(axis=1) == measured.truth
    return Answers(measured.exam.title, measured.probabilities.max(axis=1), right)


def answers_to_all(model: Model, splits: Splits) -> Answers:
    """The reported answers to the validation split, which has votes, whether they are clear or not.

    An exam on clear votes leaves out the faces on which people differ; a camera does not. Here an answer is right where
    no other label has more votes, nor all votes together that went to none of the labels (contempt, "unknown", "no
    face", and a label that the training left out): most people then saw something that the model has no answer for.
    """
    votes = splits.validation.votes
    assert votes is not None
    scores = edge_scores(Classifier(model), splits.validation)
    agreeing = np.take_along_axis(votes, scores.argmax(axis=1)[:, None], axis=1)[:, 0]
    most = np.maximum(votes.max(axis=1), 1 - votes.sum(axis=1))
    return Answers(
        f"{splits.names[1]}, most of FER+ votes, those for no label together",
        scores.max(axis=1),
        agreeing >= most - 1e-6,
    )


def _measure(model: Model, exam: Exam) -> Measured:
    truth = exam.examples.labels
    scores = edge_scores(Classifier(model, exam.output), exam.examples)
    return Measured(exam, scores, truth, measure(scores, truth, model.manifest.labels))
