"""Trains a network by its recipe, so that it can be killed at any time and resumed."""

import dataclasses
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from train.architectures import ARCHITECTURES, Head
from train.augment import Augmentation
from train.batches import Batches
from train.datasets.examples import Examples, Splits
from train.datasets.tasks import LABELS, SIZE
from train.metrics import Metrics, measure
from train.recipes import Recipe, Target
from train.run_folder import Row, RunFolder, command, revision

log = logging.getLogger(__name__)

_UNDECAYED = ["gamma", "beta", "bias"]
"""Variables without weight decay, by parts of their names."""


def start(name: str, recipe: Recipe, splits: Splits, path: Path, seed: int, data: Path) -> RunFolder:
    """Makes the run folder of a new training and writes down everything that decides its result."""
    return RunFolder.create(
        path,
        {
            "recipe": name,
            "settings": dataclasses.asdict(recipe),
            "task": recipe.task,
            "labels": list(LABELS[recipe.task]),
            "seed": seed,
            "command": command(),
            "revision": revision(),
            "data": {
                "path": str(data),
                "splits": list(splits.names),
                "sizes": [len(splits.train), len(splits.validation), len(splits.test)],
                "sha256": [splits.train.digest, splits.validation.digest, splits.test.digest],
            },
            "versions": {"keras": keras.version(), "numpy": np.__version__, "backend": keras.config.backend()},
        },
    )


def recipe_of(run: RunFolder) -> Recipe:
    """The recipe that a run was started with, whatever the code says now."""
    settings = run.config()["settings"]
    settings["targets"] = tuple(Target(**target) for target in settings["targets"])
    settings["augmentation"] = Augmentation(**settings["augmentation"])
    return Recipe(**settings)


def check_same_data(run: RunFolder, splits: Splits) -> bool:
    """Whether these are the examples that the run was started with."""
    return run.config()["data"]["sha256"] == [splits.train.digest, splits.validation.digest, splits.test.digest]


def fit(run: RunFolder, splits: Splits) -> dict[str, Any]:
    """Trains from where the run stands to its end and writes the model and its figures.

    The epoch with the best top-1 on the validation split is kept; the test split is read once, after the last.

    Returns:
        What is written to metrics.json.
    """
    recipe, seed = recipe_of(run), run.config()["seed"]
    labels = LABELS[recipe.task]
    rows = run.history()
    batches = Batches(splits.train, recipe, len(labels), seed, epoch=len(rows))
    if rows:
        log.info("resuming after epoch %d of %d", len(rows), recipe.epochs)
        model = keras.models.load_model(run.checkpoint(len(rows)))
        model.optimizer.exclude_from_weight_decay(var_names=_UNDECAYED)  # which Keras does not save
    else:
        keras.utils.set_random_seed(seed)
        model = build(recipe, len(labels), recipe.precision)
        _compile(model, recipe, steps=len(batches))
    if len(rows) < recipe.epochs:
        model.fit(
            batches,
            shuffle=False,  # Batches has drawn the order; Keras' own could not be resumed
            initial_epoch=len(rows),
            epochs=recipe.epochs,
            verbose=1 if os.isatty(1) else 2,
            callbacks=[_Reseeder(seed), _Chooser(run, recipe, splits.validation, labels, rows)],
        )
    kept = build(recipe, len(labels), "float32", recipe.embedding)
    kept.load_weights(run.best)
    run.save(kept, run.model)
    best = max(rows, key=lambda row: row["val_top1"])
    return _report(run, kept, recipe, splits, int(best["epoch"]))


def build(recipe: Recipe, classes: int, precision: str, embedding: bool = False) -> keras.Model:
    """The recipe's network, its weights drawn from Keras' random seed.

    The embedding has no weights and no target, so it is left out while training.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        heads = [Head(target.output, classes, target.softmax) for target in recipe.targets]
        return ARCHITECTURES[recipe.architecture](heads, SIZE, embedding=embedding)
    finally:
        keras.config.set_dtype_policy(before)


def score(model: keras.Model, examples: Examples, output: str) -> np.ndarray:
    """What one output of a model says of each picture: float32, (N, classes)."""
    pixels = examples.pixels[..., None].astype(np.float32)
    return np.asarray(model.predict(pixels, batch_size=256, verbose=0)[output], np.float32)


def _compile(model: keras.Model, recipe: Recipe, steps: int) -> None:
    warmup = round(recipe.warmup * steps)
    averaged = max(1.0, recipe.averaging * recipe.epochs * steps)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.rate / 100,
        decay_steps=max(recipe.epochs * steps - warmup, 1),
        warmup_target=recipe.rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.SGD(
        schedule,
        momentum=0.9,
        nesterov=True,
        weight_decay=recipe.weight_decay,
        use_ema=True,
        ema_momentum=1 - 1 / averaged,
    )
    optimizer.exclude_from_weight_decay(var_names=_UNDECAYED)
    losses: dict[str, Any] = {
        target.output: keras.losses.CategoricalCrossentropy(
            from_logits=not target.softmax, label_smoothing=recipe.smoothing
        )
        for target in recipe.targets
    }
    watched = {target.output: "categorical_accuracy" for target in recipe.targets}
    model.compile(optimizer, loss=losses, metrics=watched)


class _Reseeder(keras.callbacks.Callback):
    """Makes what dropout draws depend on the seed and the epoch alone: Keras does not restore where it stood."""

    def __init__(self, seed: int):
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 (Keras')
        for layer in self.model.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.seed_generator.state.assign(np.array([self._seed, epoch], np.uint32))


class _Chooser(keras.callbacks.Callback):
    """After each epoch: measures the averaged weights, keeps them where they are the best, and makes the run
    resumable."""

    def __init__(self, run: RunFolder, recipe: Recipe, examples: Examples, labels: tuple[str, ...], rows: list[Row]):
        super().__init__()
        self._run = run
        self._output = recipe.targets[0].output
        self._examples = examples
        self._labels = labels
        self._rows = rows
        self._average = keras.callbacks.SwapEMAWeights()

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._average.set_model(model)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._average.on_test_begin()
        measured = measure(score(self.model, self._examples, self._output), self._examples.labels, self._labels)
        best = max((row["val_top1"] for row in self._rows), default=-1.0)
        if measured.top1 > best:
            self._run.save(self.model, self._run.best)
        self._average.on_test_end()
        self._rows.append({"epoch": epoch + 1, **_trained(logs or {}), **_validated(measured)})
        self._run.finish_epoch(self.model, self._rows)
        log.info("epoch %d: validation top-1 %.2f %%, macro-F1 %.3f", epoch + 1, 100 * measured.top1, measured.macro_f1)


def _trained(logs: Mapping[str, float]) -> Row:
    accuracy = next((value for name, value in logs.items() if name.endswith("categorical_accuracy")), float("nan"))
    return {"loss": float(logs.get("loss", float("nan"))), "top1": float(accuracy)}


def _validated(measured: Metrics) -> Row:
    return {"val_top1": measured.top1, "val_top3": measured.top3, "val_macro_f1": measured.macro_f1}


def _report(run: RunFolder, model: keras.Model, recipe: Recipe, splits: Splits, epoch: int) -> dict[str, Any]:
    from train.report import plot_confusion, plot_curves  # matplotlib is slow to import

    labels = LABELS[recipe.task]
    output = recipe.targets[0].output
    figures: dict[str, Any] = {"best_epoch": epoch, "parameters": int(model.count_params()), "sets": {}}
    for name, examples in zip(splits.names[1:], (splits.validation, splits.test), strict=True):
        measured = measure(score(model, examples, output), examples.labels, labels)
        figures["sets"][name] = dataclasses.asdict(measured)
    plot_curves(run.history(), run.path / "curves.png")
    plot_confusion(measured, f"{run.path.name}, {splits.names[2]}", run.path / "confusion.png")
    run.write_metrics(figures)
    return figures
