"""How well the gate tells what the detector really returns: measured on scenes that were left out of its training."""

import csv
import io
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from edge.contract.errors import InputError
from edge.contract.labels import GATE, HUMAN
from edge.contract.preprocessing import face_crop
from edge.contract.storage import write_whole
from train.datasets.examples import Examples
from train.datasets.scenes import Fold, Window, load_scenes, load_windows
from train.datasets.tasks import SIZE, load, locate
from train.fit import check_same, fit, start
from train.recipes import Recipe
from train.run_folder import RunFolder
from train.scoring import probabilities

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """A window of the cascade, the fold that left its scene out, and the probability of a human, 0 to 1."""

    window: Window
    fold: int
    human: float


def crossvalidate(
    name: str, recipe: Recipe, data: Path, out: Path, seed: int, folds: int, typed: Sequence[str]
) -> list[Judged]:
    """Trains the gate once a fold, each time without that fold's scenes, and asks it about the windows there.

    Each fold has a run folder of its own inside `out`; one that is there is resumed, or used as it is when finished.
    Nothing is trained for a fold without windows. The answers are written to `out`/windows.csv. The test split is not
    read.

    Raises:
        InputError: there are fewer than two folds, the data have no scenes, or a run folder inside `out` is of another
            training.
        OutputError: `out` cannot be written.
    """
    if folds < 2:
        raise InputError(f"--folds {folds}: a fold is judged by a training on the others, so it takes two at least")
    sources = locate(data)
    if sources.scenes is None or sources.windows is None:
        raise InputError(f"{data}: needs scenes with judged windows: bsds500*.zip and bsds500*windows.csv")
    scenes, windows = load_scenes(sources.scenes, ""), load_windows(sources.windows, "")
    if not windows:
        raise InputError(f"{sources.windows}: no windows are judged there")
    judged = []
    for number in range(folds):
        fold = Fold(number, folds)
        there = [window for window in windows if window.image in fold]
        log.info("fold %d of %d: %d windows", number + 1, folds, len(there))
        if not there:
            continue
        model = _train(name, recipe, data, out / f"fold-{number + 1}", seed, fold, typed)
        crops = np.stack([face_crop(scenes[window.image], window.box, SIZE) for window in there])
        answers = probabilities(model, Examples(crops, np.zeros(len(crops), np.int64)), recipe.targets[0])
        judged += [
            Judged(window, number + 1, float(human))
            for window, human in zip(there, answers[:, GATE.index(HUMAN)], strict=True)
        ]
    write_whole(out / "windows.csv", _table(judged).encode())
    return judged


def summary(judged: Sequence[Judged], threshold: float = 0.5) -> dict[str, int]:
    """How many windows with faces pass, and how many others are stopped, at a probability of a human."""
    faces = [one.human >= threshold for one in judged if one.window.label == "face"]
    others = [one.human < threshold for one in judged if one.window.label == "other"]
    return {"faces": len(faces), "passed": sum(faces), "others": len(others), "stopped": sum(others)}


def describe(judged: Sequence[Judged], threshold: float = 0.5) -> str:
    """The summary for people."""
    found = summary(judged, threshold)
    return (
        f"windows of the cascade on scenes that were left out of the training, at {threshold:g}: {found['passed']} of "
        f"{found['faces']} faces pass, {found['stopped']} of {found['others']} others are stopped"
    )


def to_json(judged: Sequence[Judged], threshold: float = 0.5) -> str:
    """The same for programs."""
    return json.dumps({"threshold": threshold, **summary(judged, threshold)})


def _train(
    name: str, recipe: Recipe, data: Path, path: Path, seed: int, fold: Fold, typed: Sequence[str]
) -> keras.Model:
    splits = load(recipe.task, data, seed, fold)
    run = RunFolder.open(path) if path.exists() else start(name, recipe, splits, path, seed, data, typed)
    check_same(run, recipe, seed, splits)
    if not run.metrics.exists():
        fit(run, splits, chosen=("validation",))
    return keras.models.load_model(run.model, compile=False)


def _table(judged: Sequence[Judged]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["image", "x", "y", "width", "height", "label", "fold", "human"])
    for one in judged:
        box = one.window.box
        table.writerow(
            [one.window.image, box.x, box.y, box.width, box.height, one.window.label, one.fold, f"{one.human:.4f}"]
        )
    return text.getvalue()
