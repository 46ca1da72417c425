"""A model as a function from a face to calibrated probabilities: what edge, evaluation and parity checks all call."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import ModelError
from edge.contract.interpreter import Model
from edge.contract.manifest import Manifest
from edge.contract.records import Grey, Scores


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of logits divided by a temperature, over the last axis."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)  # type: ignore[no-any-return]


class Classifier:
    """Gives each label of a model its probability."""

    def __init__(self, model: Model, output: str | None = None):
        """Takes a model, and which of its outputs to read; None for the one that is reported."""
        self._model = model
        self._name = output or model.manifest.scores
        self._output = model.manifest.outputs[self._name]
        # It was fitted on the output that is reported; another one's logits have another scale.
        self._temperature = model.manifest.temperature if self._name == model.manifest.scores else 1.0

    @classmethod
    def load(cls, path: Path, task: str, threads: int = 1) -> "Classifier":
        """Loads a model for a task. Raises ModelError where the model cannot be used or is for another task."""
        model = Model.load(path, threads)
        if model.manifest.task != task:
            raise ModelError(f"{path}: a model for the task {model.manifest.task}, expected {task}")
        return cls(model)

    @property
    def manifest(self) -> Manifest:
        """The model's manifest."""
        return self._model.manifest

    def probabilities(self, face: Grey) -> NDArray[np.float64]:
        """Calibrated probabilities of one face (uint8, the manifest's size): float64, (labels,), summing to 1."""
        self._model.feed(face)
        self._model.invoke()
        values = self._model.read(self._name)
        if self._output.kind == "logits":
            return softmax(values, self._temperature)
        total = values.sum(dtype=np.float64)  # int8 probabilities add up to 1 only nearly
        return values / total if total > 0 else np.full(len(values), 1 / len(values))

    def scores(self, face: Grey) -> Scores:
        """The same with the labels."""
        return Scores(self.manifest.labels, tuple(self.probabilities(face).tolist()))
