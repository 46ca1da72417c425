"""The trainings of a comparison: every wanted recipe in every wanted way of balancing, each in a run folder."""

import dataclasses
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from train.balancing import check_installed
from train.recipes import CONTINUING, RECIPES, Recipe
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

KNOWN = tuple(name for name, recipe in RECIPES.items() if recipe.task == "emotion")
"""The recipes that can be compared: all that tell emotions."""

ALL = tuple(name for name in KNOWN if name not in CONTINUING)
"""Those that are compared where none are named: a comparison has no weights to begin with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A training to come: the recipe's name, what is trained, and the run folder."""

    name: str
    recipe: Recipe
    path: Path


def plans(
    names: Iterable[str], methods: Sequence[str], epochs: int | None, out: Path, precision: str | None = None
) -> Iterator[Plan]:
    """What is to be trained.

    Args:
        names: of recipes.
        methods: of balancing; none of them leaves each recipe its own.
        epochs: at most; None for as many as published.
        out: the folder for the run folders, which are named after all this.
        precision: instead of each recipe's own.
    """
    for name in names:
        for method in methods or (None,):
            recipe, parts = RECIPES[name], [name]
            if method is not None:
                recipe, parts = balanced_by(recipe, method), [name, method]
            if epochs is not None and epochs < recipe.epochs:
                recipe, parts = dataclasses.replace(recipe, epochs=epochs), [*parts, f"{epochs}-epochs"]
            if precision is not None and precision != recipe.precision:
                recipe = dataclasses.replace(recipe, precision=precision)
                parts = [*parts, precision.removeprefix("mixed_")]
            yield Plan(name, recipe, out / "-".join(parts))


def balanced_by(recipe: Recipe, method: str) -> Recipe:
    """The recipe with one way of balancing, and that alone.

    Raises:
        ConfigurationError: the way needs imbalanced-learn and it is missing.
    """
    check_installed(method)
    return dataclasses.replace(recipe, balance=0.0, balancing=dataclasses.replace(recipe.balancing, method=method))


def train(plan: Plan, data: Path, seed: int, typed: Sequence[str]) -> None:
    """Trains, or goes on where an earlier call was stopped; does nothing where it is finished.

    Raises:
        InputError: the folder is of another training, or was begun with other data.
    """
    from train.datasets.tasks import load
    from train.fit import check_same, fit, start

    splits = load(plan.recipe.task, data, seed)
    run = RunFolder.open(plan.path) if plan.path.exists() else None
    if run is None:
        run = start(plan.name, plan.recipe, splits, plan.path, seed, data, typed)
    else:
        check_same(run, plan.recipe, seed, splits)
    log.info("%s", plan.path)
    fit(run, splits)
