"""A Keras model that is to be converted, and what is known of how it came about."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert.framework import quiet, tensorflow
from edge.contract.classifier import softmax
from edge.contract.errors import InputError
from edge.contract.preprocessing import whole
from train.datasets.examples import Splits
from train.datasets.tasks import LABELS
from train.recipes import Target, targets_from
from train.run_folder import RunFolder

SCORES = ("logits", "probabilities")
"""The names that the reported output may have, the first one found."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the run folder beside a model says: its config.json and metrics.json."""

    config: Mapping[str, Any]
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A loaded Keras model.

    Attributes:
        name: what to call it in messages.
        model: a keras.Model with one input and its outputs as a dict by name.
        task: one of `edge.contract.manifest.TASKS`.
        labels: in the order of the scores.
        run: the training that it comes from, None for a model from elsewhere.
    """

    name: str
    model: Any
    task: str
    labels: tuple[str, ...]
    run: Run | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        return tuple(self.model.input_shape[1:])

    @property
    def scores(self) -> str:
        """The name of the output that is reported."""
        return next(name for name in SCORES if name in self.model.output)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Its outputs and what they learned, the reported one first."""
        told = {} if self.run is None else self.run.config.get("settings", {})
        return targets_from(told["targets"]) if "targets" in told else (Target(self.scores),)

    @property
    def seed(self) -> int:
        """What its training divided the data by, where they are not divided already."""
        return 1 if self.run is None else int(self.run.config["seed"])

    def inputs(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Pictures, uint8 (N, h, w), as the edge would show them: float32 (N, *shape), 0 to 255."""
        height, width, channels = self.shape
        sized = np.stack([whole(picture, (height, width)) for picture in pixels])
        return np.repeat(sized[..., None], channels, axis=3).astype(np.float32)

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """What the Keras model says of pictures, uint8 (N, h, w): float64 (N, labels), at temperature 1."""
        with quiet():
            values = self.model.predict(self.inputs(pixels), batch_size=256, verbose=0)[self.scores]
        return softmax(values) if self.scores == "logits" else np.asarray(values, np.float64)

    def was_trained_on(self, splits: Splits) -> bool:
        """Whether these are the very splits of its training; true where no training is known."""
        if self.run is None:
            return True
        digests = [splits.train.digest, splits.validation.digest, splits.test.digest]
        return bool(self.run.config["data"].get("sha256") == digests)


def load_source(path: Path, task: str | None = None, labels: tuple[str, ...] | None = None) -> Source:
    """Reads a .keras file; task and labels come from its run folder unless given.

    Raises:
        InputError: it is not a Keras model, its task is not known, or its inputs, outputs or labels do not fit.
        ConfigurationError: TensorFlow is not installed.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    run = _run_of(path)
    if run is not None:
        task = task or run.config["task"]
        labels = labels or tuple(run.config["labels"])
    if task is None:
        raise InputError(f"{path}: what it is for is not known, as of a run folder's model.keras; say it with --task")
    source = Source(str(path), _load(path), task, labels or LABELS[task], run)
    _check(source)
    return source


def _run_of(path: Path) -> Run | None:
    folder = RunFolder(path.parent)
    if path.name != folder.model.name:  # another file of the folder is not what its figures are about
        return None
    try:
        config = RunFolder.open(path.parent).config()
        known = {"task", "labels", "seed", "data"} <= set(config)
        return Run(config, _metrics(folder)) if known else None
    except (InputError, ValueError, OSError):
        return None


def _metrics(folder: RunFolder) -> Mapping[str, Any]:
    return json.loads(folder.metrics.read_text()) if folder.metrics.exists() else {}


def _load(path: Path) -> Any:
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):  # Keras would say that there is no such file
        raise InputError(f"{path}: not a Keras model (a .keras file is a zip archive)")
    tensorflow()
    import keras

    try:
        with quiet():
            return keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: not a model that Keras can read ({reason})") from None


def _check(source: Source) -> None:
    outputs = source.model.output
    if not isinstance(outputs, dict) or not set(SCORES) & set(outputs):
        names = ", ".join(outputs) if isinstance(outputs, dict) else "none"
        raise InputError(f"{source.name}: no output is named {' or '.join(SCORES)}; named outputs: {names}")
    shape = source.model.input_shape
    if not isinstance(shape, tuple) or len(shape) != 4 or None in shape[1:] or shape[3] not in (1, 3):
        raise InputError(f"{source.name}: its input is {shape}, expected one of (batch, height, width, 1 or 3)")
    size = outputs[source.scores].shape[-1]
    if size != len(source.labels):
        raise InputError(f"{source.name}: {len(source.labels)} labels for the {size} values of {source.scores}")
    unknown = sorted(set(LABELS[source.task]) - set(source.labels))
    if unknown:
        raise InputError(f"{source.name}: no label {', '.join(unknown)}, which the pictures to measure it on have")
