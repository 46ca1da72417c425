"""What a run folder tells for a comparison."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.errors import InputError
from edge.contract.manifest import load_manifest
from train.recipes import RECIPES
from train.run_folder import RunFolder

_LABELLING = ", original labels"
"""Of the exams that are compared: the labels that every published figure is on."""


@dataclass(frozen=True, slots=True)
class Int8:
    """The converted model beside a run: its bytes, top-1 on the test split as its manifest tells, milliseconds."""

    size: int
    top1: float | None
    milliseconds: float | None


@dataclass(frozen=True, slots=True)
class Contender:
    """A finished run. Shares are 0 to 1.

    Attributes:
        path: of the run folder.
        recipe: its name.
        architecture: of the network, or what a baseline is.
        balancing: the way in which labels were balanced, and those that were dropped.
        epochs: that were trained; 0 for what has none.
        published: the epochs of the recipe of that name, where there is one.
        precision: in which it was trained, where that is not its recipe's.
        parameters: of the network, or numbers that a baseline keeps.
        validation: top-1 on the validation split.
        test: top-1 on the test split; None where it was not read.
        macro_f1: on the test split, or on the validation split where that was not read; None where an earlier table
            does not tell.
        recall: of each label on the same split.
        int8: the converted model, where there is one.
        earlier: whether this comes from the table of an earlier comparison; nothing of it is measured again.
    """

    path: Path
    recipe: str
    architecture: str
    balancing: str
    epochs: int
    published: int
    parameters: int
    validation: float
    test: float | None
    macro_f1: float | None
    recall: dict[str, float]
    precision: str | None = None
    int8: Int8 | None = None
    earlier: bool = False

    @property
    def shortened(self) -> bool:
        """Whether it was trained for fewer epochs than its recipe says."""
        return 0 < self.epochs < self.published


def converted_path(run: RunFolder) -> Path:
    """Where a run's converted model is looked for."""
    return run.path / "model.tflite"


def read_contender(path: Path) -> Contender:
    """Reads a run folder.

    Raises:
        InputError: it is none, is not finished, or has no figures on the original labels.
        ModelError: the converted model's manifest cannot be used.
    """
    run = RunFolder.open(path)
    config = run.config()
    if not run.metrics.exists():
        raise InputError(f"{path}: not finished; go on with: python -m train {_begun_by(config)} --resume {path}")
    figures = json.loads(run.metrics.read_text())
    try:
        return _contender(run, config, figures)
    except (KeyError, IndexError, TypeError) as error:
        raise InputError(f"{path}: its figures are not those of a finished run ({error!r})") from None


def _begun_by(config: Mapping[str, Any]) -> str:
    """The command that a run was begun with, and what it trains."""
    baseline = "kind" in config.get("settings", {})
    return f"{'baseline' if baseline else 'fit'} {config.get('recipe', 'RECIPE')}"


def _contender(run: RunFolder, config: Mapping[str, Any], figures: Mapping[str, Any]) -> Contender:
    told, (_, validation, test) = config["settings"], config["data"]["splits"]
    on_validation = figures["sets"].get(validation + _LABELLING)
    if on_validation is None:
        raise InputError(f"{run.path}: was not measured on the original labels")
    on_test = figures["sets"].get(test + _LABELLING)
    told_of_both = on_test or on_validation
    recipe = RECIPES.get(config["recipe"])
    return Contender(
        run.path,
        config["recipe"],
        told["architecture"],
        _balancing(told),
        told.get("epochs", 0),
        recipe.epochs if recipe else 0,
        figures["parameters"],
        on_validation["top1"],
        on_test["top1"] if on_test else None,
        told_of_both["macro_f1"],
        told_of_both["recall"],
        told["precision"] if recipe and told.get("precision", recipe.precision) != recipe.precision else None,
        _int8(converted_path(run), test + _LABELLING),
    )


def _balancing(told: Mapping[str, Any]) -> str:
    parts = [told.get("balancing", {}).get("method", "none")]
    if told.get("balance"):
        parts = [f"drawn {told['balance']:g}"]
    return ", ".join([*parts, *(f"no {label}" for label in told.get("drop", ()))])


def _int8(path: Path, title: str) -> Int8 | None:
    if not path.is_file():
        return None
    told = load_manifest(path).provenance.get("accuracy", [])
    top1 = next((entry["top1"] for entry in told if entry.get("title") == title), None)
    return Int8(path.stat().st_size, top1, None)
