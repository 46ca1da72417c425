"""What a network says of pictures, and how good that is."""

import keras
import numpy as np

from edge.contract.classifier import softmax
from train.datasets.examples import Examples
from train.dropping import kept_labels
from train.exams import Exam
from train.inputs import inputs_of
from train.metrics import Metrics, normalized
from train.recipes import Recipe, Target


def score(model: keras.Model, examples: Examples, output: str) -> np.ndarray:
    """What one output of a model says of each picture: float32, (N, classes)."""
    pixels = inputs_of(model, examples.pixels)
    return np.asarray(model.predict(pixels, batch_size=256, verbose=0)[output], np.float32)


def probabilities(model: keras.Model, examples: Examples, target: Target) -> np.ndarray:
    """The same as probabilities, as the edge makes them: float, (N, classes), each row summing to 1."""
    scores = score(model, examples, target.output)
    return normalized(scores) if target.softmax else softmax(scores)


def mark(model: keras.Model, exam: Exam, recipe: Recipe) -> Metrics:
    """How good its output is that an exam is about."""
    labels = kept_labels(recipe.task, recipe.drop)
    return exam.mark(score(model, exam.examples, exam.output), recipe.task, labels)
