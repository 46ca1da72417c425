"""Labels that are left out of a training, and of what it is measured on."""

from collections.abc import Collection

import numpy as np

from train.datasets.examples import Examples, Splits
from train.datasets.tasks import LABELS


def kept_labels(task: str, dropped: Collection[str]) -> tuple[str, ...]:
    """The labels of a task without those that are dropped, in order."""
    return tuple(label for label in LABELS[task] if label not in dropped)


def dropped_labels(task: str, kept: Collection[str]) -> tuple[str, ...]:
    """The labels of a task that are not among those, in order."""
    return tuple(label for label in LABELS[task] if label not in kept)


def without(splits: Splits, task: str, dropped: Collection[str]) -> Splits:
    """The pictures of the other labels, still numbered as the task numbers them; nobody's votes for the dropped."""
    if not dropped:
        return splits
    gone = [LABELS[task].index(label) for label in dropped]
    return Splits(*(_without(part, gone) for part in (splits.train, splits.validation, splits.test)), splits.names)


def _without(examples: Examples, gone: list[int]) -> Examples:
    rest = examples.take(np.flatnonzero(~np.isin(examples.labels, gone)))
    if rest.votes is not None:
        rest.votes[:, gone] = 0  # a copy: `take` has made it
    return rest
