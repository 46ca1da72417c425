"""Pictures that a data set has more than once."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from train.datasets.examples import Examples


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
        groups.setdefault(hashlib.sha256(picture.tobytes()).digest(), []).append(position)
    repeated = [group for group in groups.values() if len(group) > 1]
    contradictions = [group for group in repeated if len(set(examples.labels[group].tolist())) > 1]
    dropped = set() if keep_contradictions else {group[0] for group in contradictions}
    return Repeats(
        duplicates=[group for group in repeated if len(set(examples.labels[group].tolist())) == 1],
        contradictions=contradictions,
        kept=np.array([group[0] for group in groups.values() if group[0] not in dropped], np.intp),
    )
