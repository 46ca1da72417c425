"""What a baseline can be set to, and the grid of all that is to be tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

KINDS = {"svm": "support vector machine", "knn": "nearest neighbours"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One point of a grid.

    Attributes:
        kind: a key of `KINDS`.
        values: names and values in the order in which people read them.
    """

    kind: str
    values: tuple[tuple[str, Any], ...]

    def __getitem__(self, name: str) -> Any:
        return dict(self.values)[name]

    def __str__(self) -> str:
        """Such as "kernel poly, degree 3, C 1"; the degree of what has none is left out."""
        told = [(name, value) for name, value in self.values if value]
        return ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}" for name, value in told)

    @property
    def key(self) -> tuple[str, ...]:
        """The same for the same setting, however it was read."""
        return (self.kind, *(str(value) for _, value in self.values))


def svm_grid(kernels: Iterable[str], degrees: Iterable[int], costs: Iterable[float]) -> list[Setting]:
    """Every kernel ("linear", "poly", "rbf") at every cost C; poly at every degree."""
    degrees = tuple(degrees)
    return [
        Setting("svm", (("kernel", kernel), ("degree", degree), ("C", float(cost))))
        for kernel in kernels
        for degree, cost in product(degrees if kernel == "poly" else (0,), costs)
    ]


def knn_grid(neighbours: Iterable[int], powers: Iterable[float], leaves: Iterable[int]) -> list[Setting]:
    """Every number of neighbours at every p of the Minkowski distance and every leaf size of the tree.

    Those that can share one search lie beside each other.
    """
    neighbours = tuple(neighbours)
    return [
        Setting("knn", (("neighbours", count), ("p", float(power)), ("leaf", leaf)))
        for power, leaf, count in product(powers, leaves, neighbours)
    ]


def grid_of(told: Mapping[str, Any]) -> list[Setting]:
    """The grid that a run folder's settings describe."""
    if told["kind"] == "svm":
        return svm_grid(told["kernels"], told["degrees"], told["costs"])
    return knn_grid(told["neighbours"], told["powers"], told["leaves"])
