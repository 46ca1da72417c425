"""Pictures that a data set has more than once, and those that its splits share."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from train.datasets.examples import Examples, Splits, key


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Positions of equal pictures.

    Attributes:
        duplicates: groups that agree on the label, each in order.
        contradictions: groups that do not.
        kept: int, (M,): every picture once, where it comes first, and none that has two labels.
    """

    duplicates: list[list[int]]
    contradictions: list[list[int]]
    kept: NDArray[np.intp]


def find_repeats(examples: Examples, keep_contradictions: bool = False) -> Repeats:
    """Finds pictures whose pixels have the same sha256.

    Nobody can tell which of two labels is right, and a picture with a wrong one does harm where it is learned and
    where it is measured, so all copies are left out.

    Args:
        examples: the pictures.
        keep_contradictions: keep the first copy, with its label, all the same.
    """
    groups: dict[bytes, list[int]] = {}
    for position, picture in enumerate(examples.pixels):
        groups.setdefault(key(picture), []).append(position)
    repeated = [group for group in groups.values() if len(group) > 1]
    contradictions = [group for group in repeated if len(set(examples.labels[group].tolist())) > 1]
    dropped = set() if keep_contradictions else {group[0] for group in contradictions}
    return Repeats(
        duplicates=[group for group in repeated if len(set(examples.labels[group].tolist())) == 1],
        contradictions=contradictions,
        kept=np.array([group[0] for group in groups.values() if group[0] not in dropped], np.intp),
    )


def among(examples: Examples, others: Examples) -> NDArray[np.bool_]:
    """Whether each picture is among the others as well, pixel for pixel: (N,)."""
    known = {key(picture) for picture in others.pixels}
    return np.array([key(picture) in known for picture in examples.pixels], bool)


def apart(splits: Splits) -> Splits:
    """Without the training pictures that are in the validation or the test split as well.

    Raises:
        InputError: no training picture is left.
    """
    shared = among(splits.train, splits.validation) | among(splits.train, splits.test)
    if shared.all():
        raise InputError(f"{splits.names[0]}: every picture is in the validation or the test split as well")
    return replace(splits, train=splits.train.take(np.flatnonzero(~shared)))
