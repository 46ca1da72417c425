"""Measures any model, Keras or TFLite, on the splits that nothing was trained on."""

import dataclasses
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import Classifier
from edge.contract.errors import InputError
from edge.contract.interpreter import Model
from edge.contract.manifest import Manifest, load_manifest
from edge.contract.preprocessing import whole
from train.datasets.examples import Examples, Splits
from train.datasets.repeats import among, apart
from train.datasets.tasks import LABELS
from train.dropping import dropped_labels, kept_labels, without
from train.exams import Exam, exams_of, warn_without_votes
from train.metrics import Metrics, measure
from train.recipes import Target, targets_from
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

Scorer = Callable[[Examples, str], NDArray[np.floating]]
"""From N examples and the name of an output to its probabilities, (N, labels)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A model that can be measured.

    Attributes:
        task: what it is for.
        labels: in output order.
        targets: its outputs and what they learned.
        scorer: how it answers.
        claimed: the title of an exam to the top-1 that the model's manifest states for it.
        temperatures: what the logits of an output are divided by in `scorer`, by its name, where that is not 1.
        seed: the one that divided the data it was trained on, 1 where nothing tells.
        without_repeats: whether it was trained without the pictures that it is measured on.
    """

    task: str
    labels: tuple[str, ...]
    targets: tuple[Target, ...]
    scorer: Scorer
    claimed: dict[str, float]
    temperatures: dict[str, float] = dataclasses.field(default_factory=dict)
    seed: int = 1
    without_repeats: bool = False


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """An exam that a model sat.

    Attributes:
        exam: what it was asked.
        labels: in output order.
        probabilities: its answers, (N, labels).
        truth: the right labels as positions in `labels`: int64, (N,).
        metrics: how good the answers are.
        repeated: whether each picture is in the training split as well, pixel for pixel: (N,).
    """

    exam: Exam
    labels: tuple[str, ...]
    probabilities: NDArray[np.floating]
    truth: NDArray[np.int64]
    metrics: Metrics
    repeated: NDArray[np.bool_]

    @property
    def ranks(self) -> bool:
        """Whether a top-3 says anything: there are more labels, and some answer has three with a chance at all."""
        return len(self.labels) > 3 and bool((np.count_nonzero(self.probabilities, axis=1) >= 3).any())

    @property
    def unrepeated(self) -> Metrics | None:
        """How good the answers are about the pictures that are not in the training split; None if there are none."""
        rest = ~self.repeated
        return measure(self.probabilities[rest], self.truth[rest], self.labels) if rest.any() else None


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


def sit(candidate: Candidate, splits: Splits, chosen: Sequence[str]) -> list[Answered]:
    """Has a model answer its exams; `chosen` out of "validation" and "test".

    Pictures of labels that the model was trained without are left out.
    """
    asked = without(splits, candidate.task, dropped_labels(candidate.task, candidate.labels))
    warn_without_votes(asked, candidate.targets)
    trained_on = (apart(asked) if candidate.without_repeats else asked).train
    return [_answered(candidate, exam, trained_on) for exam in exams_of(asked, candidate.targets, chosen)]


def evaluate(candidate: Candidate, splits: Splits, chosen: Sequence[str]) -> dict[str, Metrics]:
    """Figures by the title of the exam; `chosen` as in `sit`."""
    return {one.exam.title: one.metrics for one in sit(candidate, splits, chosen)}


def edge_scores(classifier: Classifier, examples: Examples) -> NDArray[np.float64]:
    """Probabilities as the edge gives them, picture by picture: float64, (N, labels)."""
    size = classifier.manifest.input.size
    return np.stack([classifier.probabilities(whole(picture, size)) for picture in examples.pixels])


def targets_of(manifest: Manifest) -> tuple[Target, ...]:
    """What the outputs of a converted model learned: as its training tells, or else the labels."""
    told = manifest.provenance.get("training", {}).get("settings", {}).get("targets")
    return targets_from(told) if told else (Target(manifest.scores),)


def describe(answered: Answered, claimed: float | None) -> str:
    """The figures of one exam for people; says whether they are what the manifest states."""
    measured = answered.metrics
    lines = [
        f"{answered.exam.title}: {measured.images:,} pictures",
        f"  top-1    {measured.top1:7.2%}{_against(measured.top1, claimed)}",
        *([f"  top-3    {measured.top3:7.2%}"] if answered.ranks else []),
        f"  macro-F1 {measured.macro_f1:7.3f}",
        "  recall   " + "  ".join(f"{label} {share:.1%}" for label, share in measured.recall.items()),
        *([f"  {described_repeats(answered)}"] if answered.repeated.any() else []),
    ]
    return "\n".join(lines)


def described_repeats(answered: Answered) -> str:
    """How many of the pictures are in the training split as well, and what the figures are without these."""
    said = f"{answered.repeated.sum():,} of the pictures are in the training split as well, pixel for pixel"
    rest = answered.unrepeated
    return f"{said}; without them top-1 {rest.top1:.2%}, macro-F1 {rest.macro_f1:.3f}" if rest else said


def to_json(answers: Sequence[Answered]) -> str:
    """The same for programs by title, the confusion matrix included; "without_repeats" where there are repeats."""
    return json.dumps({one.exam.title: _form(one) for one in answers}, indent=2)


def _form(answered: Answered) -> dict[str, object]:
    form = dataclasses.asdict(answered.metrics)
    if answered.repeated.any():
        rest = answered.unrepeated
        form["without_repeats"] = dataclasses.asdict(rest) if rest else None
    return form


def _answered(candidate: Candidate, exam: Exam, trained_on: Examples) -> Answered:
    probabilities = candidate.scorer(exam.examples, exam.output)
    task, labels = candidate.task, candidate.labels
    truth, marks = exam.truth(task, labels), exam.mark(probabilities, task, labels)
    return Answered(exam, labels, probabilities, truth, marks, among(exam.examples, trained_on))


def _against(found: float, claimed: float | None) -> str:
    if claimed is None:
        return ""
    return "  as in the manifest" if abs(found - claimed) < 5e-5 else f"  the manifest says {claimed:.2%}"


def _tflite(path: Path) -> Candidate:
    manifest = load_manifest(path)
    settings = manifest.provenance.get("training", {}).get("settings", {})
    if set(manifest.labels) != set(kept_labels(manifest.task, settings.get("drop", ()))):
        raise InputError(f"{path}: its labels ({', '.join(manifest.labels)}) are not those of the {manifest.task} data")
    model = Model.load(path)
    told = manifest.provenance
    return Candidate(
        manifest.task,
        manifest.labels,
        targets_of(manifest),
        lambda examples, output: edge_scores(Classifier(model, output), examples),
        claimed={entry["title"]: entry["top1"] for entry in told.get("accuracy", []) if "title" in entry},
        temperatures={manifest.scores: manifest.temperature},
        seed=told.get("training", {}).get("seed", 1),
        without_repeats=settings.get("without_repeats", False),
    )


def _keras(path: Path, task: str | None) -> Candidate:
    from train.framework import load_keras

    load_keras()  # heavy, and a .tflite needs none of it
    import keras

    from train.scoring import probabilities

    run = RunFolder.beside(path)
    config = run.config() if run else {}
    task = task or config.get("task")
    if task is None:
        raise InputError(f"{path}: lies in no run folder; say what it is for with --task")
    try:
        model = keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not a model that Keras can read ({str(error).splitlines()[0]})") from None
    model, labels = _named(model, path), tuple(config.get("labels", LABELS[task]))
    output = next((name for name in ("logits", "probabilities") if name in model.output), None)
    if output is None:
        raise InputError(f"{path}: has no output named logits or probabilities, but {', '.join(model.output)}")
    told = config.get("settings", {})
    targets = targets_from(told.get("targets", [{"output": output, "softmax": output == "probabilities"}]))
    for target in targets:
        _check_output(model, target.output, labels, path)
    by_output = {target.output: target for target in targets}

    def scorer(examples: Examples, output: str) -> NDArray[np.floating]:
        return probabilities(model, examples, by_output[output])

    seed, apart_from_these = config.get("seed", 1), told.get("without_repeats", False)
    return Candidate(task, labels, targets, scorer, {}, seed=seed, without_repeats=apart_from_these)


def _named(model: Any, path: Path) -> Any:
    """The model with its outputs by name, as this project's have them; a list's are named after their layers.

    Raises:
        InputError: it does not take one grey picture of a fixed size, or nothing tells what it gives.
    """
    import keras

    inputs, outputs = getattr(model, "inputs", None), getattr(model, "outputs", None)
    if not inputs or not outputs:
        raise InputError(f"{path}: a model without fixed inputs and outputs; save a functional one")
    names = getattr(model, "output_names", [model.layers[-1].name])  # a Sequential has none
    shapes = [tuple(one.shape) for one in inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or None in shapes[0][1:] or shapes[0][3] != 1:
        said = " and ".join(map(str, shapes))
        raise InputError(f"{path}: takes {said}; evaluate asks about one grey picture, (None, height, width, 1)")
    if isinstance(getattr(model, "output", None), dict):
        return model
    return keras.Model(inputs, dict(zip(names, outputs, strict=True)))


def _check_output(model: Any, output: str, labels: tuple[str, ...], path: Path) -> None:
    found = tuple(model.output[output].shape) if output in model.output else None
    if found is None:
        raise InputError(f"{path}: has no output named {output}, but {', '.join(model.output)}")
    if len(found) != 2 or found[1] != len(labels):
        raise InputError(f"{path}: its output {output} is {found}, expected a score of each of {len(labels)} labels")
