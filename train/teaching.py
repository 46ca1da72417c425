"""Teachers: trained networks whose answers a new one learns beside the labels: distillation (arXiv 1503.02531)."""

import dataclasses
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from train.datasets.examples import Examples
from train.dropping import kept_labels
from train.evaluate import Candidate, load_candidate
from train.recipes import Recipe, Target
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

_BEFORE = 0
"""The epochs that are done when the teachers are asked."""


def check_teachers(paths: Sequence[Path], recipe: Recipe) -> list[dict[str, str]]:
    """Refuses what cannot teach this before hours are spent. Returns each one's file and sha256, in hexadecimal.

    Raises:
        InputError: one cannot be read, or does not answer what the recipe learns.
        ModelError: a .tflite or its manifest cannot be used.
    """
    for path in paths:
        _load(path, recipe)
    return [{"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in paths]


def ask_teachers(run: RunFolder, recipe: Recipe, examples: Examples) -> dict[str, NDArray[np.float32]]:
    """What the teachers of a run think of the training pictures: the mean over all of them, picture and mirror image.

    It is kept in the run folder, so that a resumed training neither asks again nor needs their files.

    Returns:
        float32, (N, labels) by output of the recipe, each row summing to 1.

    Raises:
        InputError: a file is no longer the one that the run was started with.
        ModelError: as `check_teachers`.
    """
    if run.answered(_BEFORE):
        return run.load_answers(_BEFORE)
    told = run.config()["teachers"]
    if check_teachers([Path(one["file"]) for one in told], recipe) != told:
        raise InputError(f"{run.path}: its teachers are no longer the files that it was started with")
    mirrored = dataclasses.replace(examples, pixels=np.ascontiguousarray(examples.pixels[:, :, ::-1]))
    answers: dict[str, list[NDArray[np.floating]]] = {target.output: [] for target in recipe.targets}
    for one in told:
        log.info("asking %s about the training pictures", one["file"])
        teacher = _load(Path(one["file"]), recipe)
        for target in recipe.targets:
            answers[target.output] += [_ask(teacher, target, each, recipe) for each in (examples, mirrored)]
    means = {output: np.mean(given, axis=0).astype(np.float32) for output, given in answers.items()}
    run.save_answers(_BEFORE, means)
    return means


def _load(path: Path, recipe: Recipe) -> Candidate:
    teacher = load_candidate(path, recipe.task)
    labels = kept_labels(recipe.task, recipe.drop)
    if teacher.task != recipe.task or set(teacher.labels) != set(labels):
        raise InputError(f"{path}: knows {', '.join(teacher.labels)}, and cannot teach {', '.join(labels)}")
    for target in recipe.targets:
        if not _outputs(teacher, target):
            raise InputError(f"{path}: has no output that learned {target.learns}, as {target.output} shall")
    return teacher


def _outputs(teacher: Candidate, target: Target) -> list[str]:
    """By what it learned, since a published network's one output has another name than the shipped one's two."""
    return [one.output for one in teacher.targets if one.learns == target.learns]


def _ask(teacher: Candidate, target: Target, examples: Examples, recipe: Recipe) -> NDArray[np.floating]:
    """float, (N, labels of the recipe in its order)."""
    output = _outputs(teacher, target)[0]
    answers = teacher.scorer(examples, output) ** teacher.temperatures.get(output, 1.0)
    order = [teacher.labels.index(label) for label in kept_labels(recipe.task, recipe.drop)]
    return (answers / answers.sum(axis=1, keepdims=True))[:, order]
