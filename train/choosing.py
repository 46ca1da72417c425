"""Keeps the weights of the best epoch, and a run resumable."""

import logging
from collections.abc import Mapping
from statistics import fmean

import keras

from train.datasets.examples import Splits
from train.exams import exams_of
from train.metrics import Metrics
from train.recipes import Recipe
from train.run_folder import Row, RunFolder
from train.scoring import mark

log = logging.getLogger(__name__)


class Chooser(keras.callbacks.Callback):
    """After each epoch: measures the averaged weights, keeps them where they are the best, and makes the run
    resumable."""

    def __init__(self, run: RunFolder, recipe: Recipe, splits: Splits, rows: list[Row]):
        super().__init__()
        self._run = run
        self._recipe = recipe
        self._exams = exams_of(splits, recipe.targets, ("validation",))
        self._rows = rows
        self._average = keras.callbacks.SwapEMAWeights()

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._average.set_model(model)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        self._average.on_test_begin()
        measured = {exam.output: mark(self.model, exam, self._recipe) for exam in self._exams}
        row = {"epoch": epoch + 1, **_trained(logs or {}, self._recipe.targets[0].output), **_validated(measured)}
        best = max((before["val_top1"] for before in self._rows), default=-1.0)
        if row["val_top1"] > best:
            self._run.save(self.model, self._run.best)
        self._average.on_test_end()
        self._rows.append(row)
        self._run.finish_epoch(self.model, self._rows)
        each = ", ".join(f"{one.top1:.2%}" for one in measured.values())
        log.info("epoch %d: validation top-1 %s, macro-F1 %.3f", epoch + 1, each, row["val_macro_f1"])


def _trained(logs: Mapping[str, float], output: str) -> Row:
    """The loss, and the top-1 of the reported output; Keras gives a single output's figures no name of it."""
    names = (f"{output}_categorical_accuracy", "categorical_accuracy")
    accuracy = next((logs[name] for name in names if name in logs), float("nan"))
    return {"loss": float(logs.get("loss", float("nan"))), "top1": float(accuracy)}


def _validated(measured: Mapping[str, Metrics]) -> Row:
    """The means over all outputs, by which an epoch is chosen, and each one's top-1 where there are several."""
    figures = measured.values()
    row = {f"val_{name}": fmean(getattr(one, name) for one in figures) for name in ("top1", "top3", "macro_f1")}
    if len(figures) > 1:
        row |= {f"val_top1_{output}": one.top1 for output, one in measured.items()}
    return row
