"""Measures any model, Keras or TFLite, on the splits that nothing was trained on."""

import dataclasses
import json
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import Classifier
from edge.contract.errors import InputError
from edge.contract.manifest import load_manifest
from edge.contract.preprocessing import whole
from train.datasets.examples import Examples, Splits
from train.datasets.tasks import LABELS
from train.metrics import Metrics, measure
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

Scorer = Callable[[Examples], NDArray[np.floating]]
"""From N examples to scores of shape (N, labels)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A model that can be measured: its task, its labels in output order, how it scores, what it was said to reach.

    `claimed` maps a set's name to the top-1 that the model's manifest states for it; `seed` is the one that divided
    the data it was trained on, 1 where nothing tells.
    """

    task: str
    labels: tuple[str, ...]
    scorer: Scorer
    claimed: dict[str, float]
    seed: int = 1


def load_candidate(path: Path, task: str | None = None) -> Candidate:
    """Loads a model by its suffix.

    Args:
        path: a .tflite with its manifest, or a .keras file.
        task: needed for a .keras file that lies in no run folder.

    Raises:
        InputError: it is neither, or cannot be read, or its task is not known.
        ModelError: the .tflite or its manifest cannot be used.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix == ".tflite":
        return _tflite(path)
    if path.suffix in (".keras", ".h5"):
        return _keras(path, task)
    raise InputError(f"{path}: neither .tflite nor .keras")


def evaluate(candidate: Candidate, splits: Splits, chosen: tuple[str, ...]) -> dict[str, Metrics]:
    """Figures by the name of the set; `chosen` out of "validation" and "test"."""
    figures = {}
    for split, name in (("validation", splits.names[1]), ("test", splits.names[2])):
        if split in chosen:
            examples: Examples = getattr(splits, split)
            figures[name] = measure(candidate.scorer(examples), examples.labels, candidate.labels)
    return figures


def edge_scores(classifier: Classifier, examples: Examples) -> NDArray[np.float64]:
    """Probabilities as the edge gives them, picture by picture: float64, (N, labels)."""
    size = classifier.manifest.input.size
    return np.stack([classifier.probabilities(whole(picture, size)) for picture in examples.pixels])


def describe(name: str, measured: Metrics, claimed: float | None) -> str:
    """The figures of one set for people; says whether they are what the manifest states."""
    lines = [
        f"{name}: {measured.images:,} pictures",
        f"  top-1    {measured.top1:7.2%}{_against(measured.top1, claimed)}",
        f"  top-3    {measured.top3:7.2%}",
        f"  macro-F1 {measured.macro_f1:7.3f}",
        "  recall   " + "  ".join(f"{label} {share:.1%}" for label, share in measured.recall.items()),
    ]
    return "\n".join(lines)


def to_json(figures: dict[str, Metrics]) -> str:
    """The same for programs, the confusion matrix included."""
    return json.dumps({name: dataclasses.asdict(measured) for name, measured in figures.items()}, indent=2)


def _against(found: float, claimed: float | None) -> str:
    if claimed is None:
        return ""
    return "  as in the manifest" if abs(found - claimed) < 5e-5 else f"  the manifest says {claimed:.2%}"


def _tflite(path: Path) -> Candidate:
    manifest = load_manifest(path)
    classifier = Classifier.load(path, manifest.task)
    told = manifest.provenance
    return Candidate(
        manifest.task,
        manifest.labels,
        lambda examples: edge_scores(classifier, examples),
        claimed={entry["set"]: entry["top1"] for entry in told.get("accuracy", [])},
        seed=told.get("training", {}).get("seed", 1),
    )


def _keras(path: Path, task: str | None) -> Candidate:
    from train.framework import load_keras

    load_keras()  # heavy, and a .tflite needs none of it
    import keras

    from train.fit import score

    config = RunFolder.open(path.parent).config() if (path.parent / "config.json").is_file() else {}
    task = task or config.get("task")
    if task is None:
        raise InputError(f"{path}: lies in no run folder; say what it is for with --task")
    try:
        model = keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not a model that Keras can read ({str(error).splitlines()[0]})") from None
    output = next((name for name in ("logits", "probabilities") if name in model.output_names), None)
    if output is None:
        raise InputError(f"{path}: has no output named logits or probabilities, but {', '.join(model.output_names)}")
    return Candidate(task, LABELS[task], lambda examples: score(model, examples, output), {}, config.get("seed", 1))
