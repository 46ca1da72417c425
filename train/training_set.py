"""From the splits of a data set to what a recipe trains and measures on."""

import dataclasses
from typing import Any

import numpy as np

from train.balancing import BalancingError, balanced
from train.datasets.examples import Splits
from train.datasets.repeats import apart
from train.datasets.tasks import LABELS
from train.dropping import without
from train.recipes import Recipe


def prepared(splits: Splits, recipe: Recipe, seed: int) -> Splits:
    """What is trained and measured on: no picture of a dropped label, and the training split as the recipe wants it.

    Raises:
        BalancingError: as `train.balancing.balanced`, and where pictures would be made beside votes.
        ConfigurationError: as `train.balancing.balanced`.
        InputError: as `train.datasets.repeats.apart`.
    """
    rest = without(splits, recipe.task, recipe.drop)
    rest = apart(rest) if recipe.without_repeats else rest
    train = balanced(rest.train, recipe.balancing, seed)
    if rest.train.votes is not None and train.votes is None and any(one.learns == "votes" for one in recipe.targets):
        raise BalancingError(
            f"{recipe.balancing.method} makes pictures that nobody voted on, and the recipe learns votes"
        )
    return dataclasses.replace(rest, train=train)


def counted(splits: Splits, recipe: Recipe) -> dict[str, Any]:
    """How many pictures of each label were trained on, where that is not what the data set holds."""
    if recipe.balancing.method == "none" and not recipe.drop and not recipe.without_repeats:
        return {}
    names = LABELS[recipe.task]
    counts = np.bincount(splits.train.labels, minlength=len(names)).tolist()
    return {"trained_on": {name: count for name, count in zip(names, counts, strict=True) if name not in recipe.drop}}
