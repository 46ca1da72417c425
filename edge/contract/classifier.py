"""A model as a function from a face to calibrated probabilities: what edge, evaluation and parity checks all call."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import ModelError
from edge.contract.interpreter import Model
from edge.contract.manifest import Manifest
from edge.contract.profile import Profile, embedding_of, load_profile
from edge.contract.records import Grey, Scores


def softmax(logits: NDArray[np.floating[Any]], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of logits divided by a temperature, over the last axis."""
    powers = np.asarray(logits, np.float64) / temperature
    powers -= powers.max(axis=-1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def _softmax_of_one(logits: list[float], temperature: float) -> tuple[float, ...]:
    """The same of a single face: for so few numbers plain Python takes a third of the time."""
    largest = max(logits)
    powers = [math.exp((logit - largest) / temperature) for logit in logits]
    total = sum(powers)
    return tuple([power / total for power in powers])


class Classifier:
    """Gives each label of a model its probability."""

    def __init__(self, model: Model, output: str | None = None, profile: Profile | None = None):
        """Takes a model.

        Args:
            model: the model.
            output: which of its outputs to read; None for the one that is reported.
            profile: a person's correction of that one, checked for this model.
        """
        self._model = model
        self._name = output or model.manifest.scores
        self._output = model.manifest.outputs[self._name]
        # It was fitted on the output that is reported; another one's logits have another scale.
        self._temperature = model.manifest.temperature if self._name == model.manifest.scores else 1.0
        self._profile = profile
        self._embedding = embedding_of(model.manifest)

    @classmethod
    def load(cls, path: Path, task: str, threads: int = 1, profile: Path | None = None) -> "Classifier":
        """Loads a model for a task, with a person's profile where one is given.

        Raises:
            ModelError: the model cannot be used, or is for another task.
            ConfigurationError: the profile cannot be used, or is for another model.
        """
        model = Model.load(path, threads)
        if model.manifest.task != task:
            raise ModelError(f"{path}: a model for the task {model.manifest.task}, expected {task}")
        if profile is None:
            return cls(model)
        correction = load_profile(profile)
        correction.check(model.manifest, str(profile))
        return cls(model, profile=correction)

    @property
    def manifest(self) -> Manifest:
        """The model's manifest."""
        return self._model.manifest

    @property
    def profile(self) -> Profile | None:
        """The person's profile in use."""
        return self._profile

    def scores(self, face: Grey) -> Scores:
        """Calibrated probabilities of one face (uint8, the manifest's size), with their labels."""
        self._model.feed(face)
        self._model.invoke()
        return self.read()

    def read(self) -> Scores:
        """The last third of `scores`, after the model's `feed` and `invoke`."""
        values = self._model.numbers(self._name)
        if self._output.kind == "logits":
            logits = values if self._profile is None else self._corrected(values)
            return Scores(self.manifest.labels, _softmax_of_one(logits, self._temperature))
        total = sum(values)  # int8 probabilities add up to 1 only nearly
        shares = [value / total for value in values] if total > 0 else [1 / len(values)] * len(values)
        return Scores(self.manifest.labels, tuple(shares))

    def probabilities(self, face: Grey) -> NDArray[np.float64]:
        """The same as an array: float64, (labels,), summing to 1."""
        return np.array(self.scores(face).values)

    def features(self, face: Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What a profile is fitted on, of one face: the embedding (size,) and the logits (labels,) before the profile.

        Raises:
            ModelError: the model has no embedding, or reports no logits.
        """
        if self._embedding is None or self._output.kind != "logits":
            raise ModelError(
                f"{self._model.name}: a profile needs a model with logits and an embedding; it has "
                + ", ".join(f"{name} ({output.kind})" for name, output in self.manifest.outputs.items())
            )
        self._model.feed(face)
        self._model.invoke()
        return self._model.read(self._embedding), self._model.read(self._name)

    def _corrected(self, logits: list[float]) -> list[float]:
        assert self._profile is not None
        needed = self._embedding if self._profile.weights is not None else None
        seen = None if needed is None else self._model.read(needed)
        corrected: list[float] = self._profile.correct(np.array(logits, np.float32), seen).tolist()
        return corrected
