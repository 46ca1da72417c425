"""From the splits of a data set to what a recipe trains and measures on."""

import dataclasses
from typing import Any

import numpy as np

from train.balancing import SYNTHETIC, BalancingError, balanced
from train.datasets.examples import Splits
from train.datasets.repeats import apart
from train.datasets.tasks import LABELS
from train.dropping import without
from train.recipes import Recipe


def check(splits: Splits, recipe: Recipe) -> None:
    """Refuses at once what cannot be trained on these splits; what balancing finds out it says in `prepared`.

    Raises:
        BalancingError: pictures would be made beside votes.
        InputError: as `train.datasets.repeats.apart`.
    """
    rest = _chosen(splits, recipe).train
    if recipe.balancing.method in SYNTHETIC and rest.votes is not None and recipe.learns_votes:
        raise BalancingError(
            f"{recipe.balancing.method} makes pictures that nobody voted on, and the recipe learns votes"
        )


def prepared(splits: Splits, recipe: Recipe, seed: int) -> Splits:
    """What is trained and measured on: no picture of a dropped label, and the training split as the recipe wants it.

    Raises:
        BalancingError: as `check` and `train.balancing.balanced`.
        ConfigurationError: as `train.balancing.balanced`.
        InputError: as `train.datasets.repeats.apart`.
    """
    check(splits, recipe)
    rest = _chosen(splits, recipe)
    return dataclasses.replace(rest, train=balanced(rest.train, recipe.balancing, seed))


def _chosen(splits: Splits, recipe: Recipe) -> Splits:
    rest = without(splits, recipe.task, recipe.drop)
    return apart(rest) if recipe.without_repeats else rest


def counted(splits: Splits, recipe: Recipe) -> dict[str, Any]:
    """How many pictures of each label were trained on, where that is not what the data set holds."""
    if recipe.balancing.method == "none" and not recipe.drop and not recipe.without_repeats:
        return {}
    names = LABELS[recipe.task]
    counts = np.bincount(splits.train.labels, minlength=len(names)).tolist()
    return {"trained_on": {name: count for name, count in zip(names, counts, strict=True) if name not in recipe.drop}}
