"""Trains a network by its recipe, so that it can be killed at any time and resumed."""

import dataclasses
import json
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from edge.contract.errors import InputError
from train.adjustment import adjust
from train.architectures import ARCHITECTURES, Head, head_name
from train.batches import Batches
from train.choosing import Chooser
from train.datasets.examples import Splits
from train.datasets.tasks import LABELS
from train.devices import together
from train.dropping import kept_labels
from train.exams import Exam, exams_of, warn_without_votes
from train.optimization import compile_model, leave_undecayed
from train.precision import computing_in
from train.pretrained import check_weights, load_pretrained
from train.recipes import Recipe, recipe_from
from train.refining import Refiner
from train.reseeding import Reseeder
from train.run_folder import RunFolder, command, data_record, reading, revision, same_data
from train.scoring import mark, score
from train.teaching import Teachers, check_teachers
from train.training_set import check, counted, prepared

log = logging.getLogger(__name__)


def start(
    name: str,
    recipe: Recipe,
    splits: Splits,
    path: Path,
    seed: int,
    data: Path,
    typed: Sequence[str] = (),
    weights: Path | None = None,
    teachers: Sequence[Path] = (),
) -> RunFolder:
    """Makes the run folder of a new training and writes down everything that decides its result.

    Args:
        name: of the recipe.
        recipe: what to train, and how.
        splits: as they were read, before anything is dropped or balanced.
        path: of the folder to make.
        seed: of all that is drawn.
        data: where the splits were read.
        typed: the arguments of the command line that asked for it.
        weights: a file to begin with instead of drawn weights.
        teachers: converted networks whose answers are learned beside the labels.

    Raises:
        InputError: the recipe cannot be trained on these splits, with these weights or from these teachers.
        ModelError: a teacher or its manifest cannot be used.
        OutputError: the folder cannot be made.
    """
    check(splits, recipe)
    begun = {"file": str(weights), "sha256": check_weights(weights, recipe.architecture)} if weights else None
    learned_from = check_teachers(teachers, recipe)
    return RunFolder.create(
        path,
        {
            "recipe": name,
            "settings": dataclasses.asdict(recipe),
            "task": recipe.task,
            "labels": list(kept_labels(recipe.task, recipe.drop)),
            "seed": seed,
            "command": command(typed),
            "revision": revision(),
            "data": data_record(splits, data),
            **({"weights": begun} if begun else {}),
            **({"teachers": learned_from} if learned_from else {}),
            "versions": {"keras": keras.version(), "numpy": np.__version__, "backend": keras.config.backend()},
        },
    )


def recipe_of(run: RunFolder) -> Recipe:
    """The recipe that a run was started with, whatever the code says now."""
    return recipe_from(run.config()["settings"])


def check_same_data(run: RunFolder, splits: Splits) -> bool:
    """Whether these are the examples that the run was started with."""
    return same_data(run.config()["data"], splits)


def check_same(run: RunFolder, recipe: Recipe, seed: int, splits: Splits) -> None:
    """Raises InputError where a run is not this training: of another recipe, seed or data."""
    if recipe_of(run) != recipe or run.config()["seed"] != seed or not check_same_data(run, splits):
        raise InputError(f"{run.path} was begun with other settings or data; name another folder with --out")


def fit(
    run: RunFolder,
    splits: Splits,
    chosen: Sequence[str] = ("validation", "test"),
    devices: Sequence[str] = (),
) -> dict[str, Any]:
    """Trains from where the run stands to its end and writes the model and its figures.

    The epoch with the best top-1 on the validation split is kept; the test split is read once, after the last.

    Args:
        run: as `start` made it.
        splits: of the data that it was started with.
        chosen: the splits that are measured at the end.
        devices: those to train on, as `train.devices.together` takes them.

    Returns:
        What is written to metrics.json.
    """
    recipe, seed = recipe_of(run), run.config()["seed"]
    classes = len(kept_labels(recipe.task, recipe.drop))
    rows = run.history()
    if len(rows) == recipe.epochs and run.metrics.exists():  # nothing is left to do, nor to be read again
        figures: dict[str, Any] = json.loads(run.metrics.read_text())
        return figures
    warn_without_votes(splits, recipe.targets)
    splits = prepared(splits, recipe, seed)
    batches = Batches(splits.train, recipe, len(LABELS[recipe.task]), seed, epoch=len(rows))
    if told := run.config().get("teachers"):
        batches.teach(Teachers.recorded(told, recipe))
    voted = splits.train.votes is not None
    with together(devices):
        model = _resumed(run, recipe, len(rows)) if rows else _fresh(run, recipe, classes, len(batches), voted)
    refiners = [Refiner(run, recipe, batches, splits.train)] if recipe.refine else []
    if len(rows) < recipe.epochs:
        model.fit(
            batches,
            shuffle=False,  # Batches has drawn the order; Keras' own could not be resumed
            initial_epoch=len(rows),
            epochs=recipe.epochs,
            verbose=1 if os.isatty(1) else 2,
            callbacks=[Reseeder(seed), *refiners, Chooser(run, recipe, splits, rows)],
        )
    kept = build(recipe, classes, "float32", recipe.embedding)
    kept.load_weights(run.best)
    added = _adjust(kept, recipe, splits) if recipe.recall else {}
    run.save(kept, run.model)
    best = max(rows, key=lambda row: row["val_top1"])
    exams = exams_of(splits, recipe.targets, chosen)
    return _report(run, kept, recipe, exams, {"best_epoch": int(best["epoch"]), **added, **counted(splits, recipe)})


def _fresh(run: RunFolder, recipe: Recipe, classes: int, steps: int, voted: bool) -> keras.Model:
    keras.utils.set_random_seed(run.config()["seed"])
    layout = "channels_first" if keras.config.backend() == "torch" else "channels_last"
    model = build(recipe, classes, recipe.precision, layout=layout)
    if weights := run.config().get("weights"):
        load_pretrained(model, Path(weights["file"]))
    compile_model(model, recipe, steps, voted)
    return model


def _resumed(run: RunFolder, recipe: Recipe, epochs: int) -> keras.Model:
    """Raises InputError where the checkpoint's optimizer is not the recipe's: its schedule would begin anew."""
    log.info("resuming after epoch %d", epochs)
    path = run.checkpoint(epochs)
    skipped = "Skipping variable loading"  # all that Keras says of it is a warning
    with computing_in(recipe.precision), warnings.catch_warnings():
        warnings.filterwarnings("error", message=skipped)
        try:
            model = keras.models.load_model(path)
        except (UserWarning, ValueError) as error:
            if skipped not in str(error):
                raise
            raise InputError(
                f"{path}: its optimizer's state is not that of a training in {recipe.precision}; start a new run"
            ) from None
    leave_undecayed(model.optimizer)
    return model


def build(
    recipe: Recipe, classes: int, precision: str, embedding: bool = False, layout: str = "channels_last"
) -> keras.Model:
    """The recipe's network, its weights drawn from Keras' random seed.

    The embedding has no weights and no target, so it is left out while training. The weights are the same in both
    layouts; only channels_last can be converted, and torch trains faster with channels_first.
    """
    before = keras.config.image_data_format()
    keras.config.set_image_data_format(layout)
    try:
        heads = [Head(target.output, classes, target.softmax) for target in recipe.targets]
        with computing_in(precision):
            return ARCHITECTURES[recipe.architecture](
                heads, (recipe.side, recipe.side), embedding=embedding, **recipe.options
            )
    finally:
        keras.config.set_image_data_format(before)


def _adjust(model: keras.Model, recipe: Recipe, splits: Splits) -> dict[str, Any]:
    """Moves the biases of the heads that give logits. Returns what was added to each output, label by label."""
    added: dict[str, list[float]] = {}
    heads = tuple(target for target in recipe.targets if not target.softmax)
    for exam in exams_of(splits, heads, ("validation",)):
        truth = exam.truth(recipe.task, kept_labels(recipe.task, recipe.drop))
        bias = adjust(score(model, exam.examples, exam.output), truth, recipe.recall)
        variable = model.get_layer(head_name(exam.output)).bias
        variable.assign(keras.ops.convert_to_numpy(variable) + bias)
        added[exam.output] = [round(float(one), 4) for one in bias]
    return {"adjustment": added} if added else {}


def _report(
    run: RunFolder,
    model: keras.Model,
    recipe: Recipe,
    exams: list[Exam],
    known: Mapping[str, Any],
) -> dict[str, Any]:
    from train.report.confusion import plot_confusion  # matplotlib is slow to import
    from train.report.training import plot_curves

    marks = {exam.title: mark(model, exam, recipe) for exam in exams}
    figures: dict[str, Any] = {
        **known,
        "parameters": int(model.count_params()),
        "sets": {title: dataclasses.asdict(measured) for title, measured in marks.items()},
        "readings": [
            reading("train fit", name) for name in dict.fromkeys(exam.set for exam in exams) if name != exams[0].set
        ],
    }
    title = [exam for exam in exams if exam.output == recipe.targets[0].output][-1].title  # on the last split
    plot_curves(run.history(), run.path / "curves.png")
    plot_confusion(marks[title], f"{run.path.name}, {title}", run.path / "confusion.png")
    run.write_metrics(figures)
    return figures
