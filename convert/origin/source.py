"""A network that is to be converted, and what is known of how it came about."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convert.origin.file import File, describe_file
from convert.origin.graph import Faces, Graph
from convert.origin.input_range import with_range
from convert.origin.opening import open_graph
from convert.origin.run import Run, run_of
from edge.contract.classifier import softmax
from edge.contract.errors import InputError, ModelError
from edge.contract.made_pictures import made_picture
from edge.contract.preprocessing import whole
from train.datasets.examples import Examples, Splits
from train.datasets.repeats import apart
from train.datasets.tasks import LABELS
from train.dropping import without
from train.metrics import normalized
from train.recipes import Target, targets_from

SCORES = ("logits", "probabilities")
"""The names that the reported output may have, the first one found."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A loaded network.

    Attributes:
        name: what to call it in messages.
        graph: it takes pixels of 0 to 255, and one of its outputs is named as in `SCORES`.
        task: one of `edge.contract.manifest.TASKS`.
        labels: in the order of the scores.
        run: the training that it comes from, None for a model from elsewhere.
        input_range: what was said of the numbers that it was trained on, None where its own graph scales them.
        file: where it was read from, None for one that was made in memory.
        licence: what was said of the rights in it; empty where nothing was.
    """

    name: str
    graph: Graph = field(repr=False)
    task: str
    labels: tuple[str, ...]
    run: Run | None = None
    input_range: str | None = None
    file: File | None = None
    licence: str = ""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        return self.graph.shape

    @property
    def scores(self) -> str:
        """The name of the output that is reported."""
        return next(name for name in SCORES if name in self.graph.outputs)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Its outputs and what they learned, the reported one first."""
        told = {} if self.run is None else self.run.config.get("settings", {})
        return targets_from(told["targets"]) if "targets" in told else (Target(self.scores),)

    @property
    def seed(self) -> int:
        """What its training divided the data by, where they are not divided already."""
        return 1 if self.run is None else int(self.run.config["seed"])

    def inputs(self, pixels: NDArray[np.uint8]) -> Faces:
        """Pictures, uint8 (N, h, w), as the edge would show them: float32 (N, *shape), 0 to 255."""
        height, width, channels = self.shape
        sized = np.stack([whole(picture, (height, width)) for picture in pixels])
        return np.repeat(sized[..., None], channels, axis=3).astype(np.float32)

    def probabilities(self, pixels: NDArray[np.uint8], output: str | None = None) -> NDArray[np.float64]:
        """What an output, or the reported one, says of pictures, uint8 (N, h, w), at temperature 1: (N, labels)."""
        output = output or self.scores
        values = self.graph.scores(self.inputs(pixels))[output]
        return normalized(values) if output == "probabilities" else softmax(values)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The task's labels that its training left out."""
        return () if self.run is None else tuple(self.run.config.get("settings", {}).get("drop", ()))

    def was_trained_on(self, splits: Splits) -> bool:
        """Whether these are the very splits of its training; true where no training is known."""
        if self.run is None:
            return True
        digests = [splits.train.digest, splits.validation.digest, splits.test.digest]
        return bool(self.run.config["data"].get("sha256") == digests)

    def training_pictures(self, splits: Splits) -> Examples | None:
        """What it learned from, of the splits of its training; None where these are others, or no training is known."""
        if self.run is None or not self.was_trained_on(splits):
            return None
        rest = without(splits, self.task, self.dropped)
        return (apart(rest) if self.run.config.get("settings", {}).get("without_repeats") else rest).train


def load_source(
    path: Path,
    task: str | None = None,
    labels: tuple[str, ...] | None = None,
    input_range: str | None = None,
    licence: str = "",
) -> Source:
    """Reads a network; task and labels come from its run folder unless given.

    Args:
        path: a .keras or .h5 file, or the folder of a SavedModel.
        task: one of `edge.contract.manifest.TASKS`.
        labels: in the order of the scores.
        input_range: one of `convert.origin.input_range.RANGES`, for a network that does not scale its own input.
        licence: what is known of the rights in it, for the manifest.

    Raises:
        InputError: it cannot be read, or its task, labels or input range are not known or do not fit.
        ModelError: its inputs or outputs are not those of a classifier of single pictures.
        ConfigurationError: TensorFlow is not installed.
    """
    run, name = run_of(path), str(path)
    if run is not None:
        task, labels = task or run.config["task"], labels or tuple(run.config["labels"])
    if task is None and path.exists():
        raise InputError(f"{path}: what it is for is not known, as of a run folder's model.keras; say it with --task")
    graph = open_graph(path)
    assert task is not None
    graph = with_range(graph, input_range, name)
    if run is None or not set(SCORES) & set(graph.outputs):
        graph = _named(graph, name)
    source = Source(name, graph, task, labels or (), run, input_range, describe_file(path), licence)
    _check_labels(source)
    return source


def _named(graph: Graph, name: str) -> Graph:
    """Somebody else's network with its reported output named after what its numbers are, whatever it was called."""
    called = next((one for one in SCORES if one in graph.outputs), None)
    if called is None and len(graph.outputs) != 1:
        outputs = ", ".join(graph.outputs)
        raise ModelError(f"{name}: no output is named {' or '.join(SCORES)}, and there are several: {outputs}")
    height, width, channels = graph.shape
    made = np.stack([made_picture(seed, (height, width)) for seed in range(8)])
    faces = np.repeat(made[..., None], channels, axis=3).astype(np.float32)
    kind = _kind(graph.scores(faces)[called or graph.outputs[0]], called, name)
    if kind == called:
        return graph
    if len(graph.outputs) != 1:
        raise ModelError(f"{name}: its output {called} gives {kind}; save it under that name, or alone")
    return graph.adapted(rename=kind)


def _kind(values: NDArray[np.float32], called: str | None, name: str) -> str:
    """What an output's numbers (N, size) are, judged by themselves; by what it is called where they may be either."""
    if values.shape[1] < 2:
        raise ModelError(f"{name}: it gives one number; expected one for each label (a softmax, or logits)")
    if not np.isfinite(values).all():
        raise ModelError(f"{name}: it gives numbers that are not finite")
    if (values >= 0).all() and np.allclose(values.sum(axis=1), 1, atol=1e-3):
        return "probabilities"
    if (values < 0).any() or (values > 1).any():
        return "logits"
    if called is None:
        raise ModelError(f"{name}: its outputs lie between 0 and 1 but do not add up to 1 (a sigmoid?)")
    return called


def _check_labels(source: Source) -> None:
    height, width, channels = source.shape
    size = source.graph.scores(np.zeros((1, height, width, channels), np.float32))[source.scores].shape[1]
    labels = source.labels
    if not labels:
        raise InputError(
            f"{source.name}: say what its {size} outputs stand for, in order: --labels A,B,... (Keras reads class "
            "folders in alphabetical order)"
        )
    if size != len(labels):
        raise InputError(f"{source.name}: {len(labels)} labels for the {size} values of {source.scores}")
    if len(set(labels)) != len(labels) or not all(label and label.isprintable() for label in labels):
        raise InputError(f"{source.name}: its labels are empty or repeat: {', '.join(labels)}")
    if source.task == "gate" and set(labels) != set(LABELS["gate"]):
        raise InputError(f"{source.name}: the labels of a gate are other and human, not {', '.join(labels)}")
