"""Tries every setting of a grid on the validation split, and notes each at once, so that it can be stopped."""

import csv
import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.storage import write_whole
from train.baselines.estimator import Estimator, Rows, learn
from train.baselines.settings import Setting
from train.metrics import measure
from train.progress import progress_bars

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """A setting and how it did on the validation split, 0 to 1; the seconds it took to learn and to answer.

    A search for neighbours that several settings share is in the seconds of each.
    """

    setting: Setting
    top1: float
    macro_f1: float
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What is learned from and chosen on, as features, and the names of the labels."""

    rows: Rows
    labels: NDArray[np.int64]
    chosen_on: Rows
    truth: NDArray[np.int64]
    names: tuple[str, ...]


class Grid:
    """The settings to try and those that were tried, in a CSV."""

    def __init__(self, settings: Sequence[Setting], path: Path):
        """Reads what was tried before. Raises InputError where that is of another grid."""
        self._settings = settings
        self._path = path
        self.tried: list[Tried] = self._read() if path.exists() else []

    def search(self, material: Material) -> tuple[Tried, Estimator]:
        """Tries what was not tried yet. Returns the best, the first of equals, and it having learned."""
        done = {one.setting.key for one in self.tried}
        left = [setting for setting in self._settings if setting.key not in done]
        kept: tuple[Setting, Estimator] | None = None
        latest: tuple[object, Estimator, float] | None = None
        with progress_bars() as bars:
            for setting in bars.track(left, description="grid"):
                shared = self._shared(setting)
                if latest is None or latest[0] != shared:
                    begun = time.perf_counter()
                    latest = (shared, self._learn(material, setting), time.perf_counter() - begun)
                _, estimator, learning = latest
                self._note(setting, estimator, material, learning)
                if self.best.setting.key == setting.key:
                    kept = (setting, estimator)
        if kept is None or kept[0].key != self.best.setting.key:
            kept = (self.best.setting, self._learn(material, self.best.setting))
        return self.best, kept[1]

    @property
    def best(self) -> Tried:
        """The highest top-1 so far."""
        return max(self.tried, key=lambda one: one.top1)

    def _learn(self, material: Material, setting: Setting) -> Estimator:
        if setting.kind == "svm":
            return learn(material.rows, material.labels, len(material.names), setting)
        leaves = {one["leaf"] for one in self._settings}
        found = learn(material.rows, material.labels, len(material.names), setting, tree=len(leaves) > 1)
        found.look(material.chosen_on, max(one["neighbours"] for one in self._settings))
        return found

    @staticmethod
    def _shared(setting: Setting) -> object:
        """What two settings must have in common to use one estimator."""
        return setting.key if setting.kind == "svm" else (setting["p"], setting["leaf"])

    def _note(self, setting: Setting, estimator: Estimator, material: Material, learning: float) -> None:
        begun = time.perf_counter()
        found = measure(estimator.probabilities(material.chosen_on, setting), material.truth, material.names)
        self.tried.append(Tried(setting, found.top1, found.macro_f1, learning + time.perf_counter() - begun))
        log.info("%s: validation top-1 %.2f %%, %.0f s", setting, 100 * found.top1, self.tried[-1].seconds)
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        names = [name for name, _ in setting.values]
        table.writerow([*names, "top1", "macro_f1", "seconds"])
        for one in self.tried:
            values = [value for _, value in one.setting.values]
            table.writerow([*values, f"{one.top1:.6f}", f"{one.macro_f1:.6f}", f"{one.seconds:.1f}"])
        write_whole(self._path, text.getvalue().encode())

    def _read(self) -> list[Tried]:
        by_key = {setting.key: setting for setting in self._settings}
        with self._path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        try:
            return [
                Tried(by_key[(self._settings[0].kind, *row[:-3])], *(float(value) for value in row[-3:]))
                for row in rows
            ]
        except (KeyError, ValueError):
            raise InputError(f"{self._path}: not of this grid") from None
