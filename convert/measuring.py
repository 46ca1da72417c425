"""What a converted model, run as the edge runs it, reaches on the splits that nothing was trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import Classifier
from train.datasets.examples import Examples, Splits
from train.datasets.tasks import LABELS
from train.evaluate import edge_scores
from train.metrics import Metrics, measure


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One split: its name and digest, each picture's probabilities (N, labels) and true label (N,), the figures."""

    name: str
    digest: str
    probabilities: NDArray[np.float64]
    truth: NDArray[np.int64]
    metrics: Metrics


def measure_splits(classifier: Classifier, splits: Splits) -> tuple[Measured, Measured]:
    """Measures on the validation and on the test split."""
    return (
        _measure(classifier, splits.validation, splits.names[1]),
        _measure(classifier, splits.test, splits.names[2]),
    )


def _measure(classifier: Classifier, examples: Examples, name: str) -> Measured:
    manifest = classifier.manifest
    # A model from elsewhere may have its labels in another order than the data set.
    order = np.array([manifest.labels.index(label) for label in LABELS[manifest.task]])
    truth = order[examples.labels]
    scores = edge_scores(classifier, examples)
    return Measured(name, examples.digest, scores, truth, measure(scores, truth, manifest.labels))
