"""The baselines themselves: scikit-learn's, asked for a probability of every label."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import softmax
from train.baselines.settings import Setting

Rows = NDArray[np.float32]
"""Features: float32, (N, number of features)."""

_CACHE = 1000
"""Of the kernel, in MB."""


class Estimator(Protocol):
    """Has learned."""

    stored: int
    """How many numbers it keeps of what it learned from."""

    def probabilities(self, rows: Rows, setting: Setting) -> NDArray[np.float64]:
        """Of every label: float64, (N, labels)."""


class SupportVectors:
    """scikit-learn's SVC. Its probabilities are the softmax of its decision values: their order alone means much."""

    def __init__(self, rows: Rows, labels: NDArray[np.int64], classes: int, setting: Setting):
        from sklearn.svm import SVC

        self._classes = classes
        self._machine = SVC(
            C=setting["C"],
            kernel=setting["kernel"],
            degree=setting["degree"] or 3,
            cache_size=_CACHE,
            decision_function_shape="ovr",
        )
        self._machine.fit(rows, labels)
        self.stored = int(self._machine.support_vectors_.size + self._machine.dual_coef_.size)

    def probabilities(self, rows: Rows, setting: Setting) -> NDArray[np.float64]:  # noqa: ARG002 (the interface)
        values = self._machine.decision_function(rows)
        values = values if values.ndim == 2 else np.stack([-values, values], axis=1)
        found = np.zeros((len(rows), self._classes))
        found[:, self._machine.classes_] = softmax(values)
        return found


class Neighbours:
    """scikit-learn's exact search; one serves every number of neighbours up to the largest that was asked for.

    The leaf size is one of a ball tree, which is slower than comparing with every picture where there are this many
    features, and finds the same: it is built only where several leaf sizes are to be compared.
    """

    def __init__(self, rows: Rows, labels: NDArray[np.int64], classes: int, setting: Setting, tree: bool = False):
        from sklearn.neighbors import NearestNeighbors

        self._classes, self._labels = classes, labels
        self._search = NearestNeighbors(
            p=setting["p"], leaf_size=setting["leaf"], algorithm="ball_tree" if tree else "brute", n_jobs=-1
        )
        self._search.fit(rows)
        self.stored = int(rows.size + labels.size)
        self._asked: Rows | None = None
        self._found = np.empty((0, 0), np.int64)

    def look(self, rows: Rows, most: int) -> None:
        """Finds this many neighbours of each row at once, for all the settings that ask for fewer."""
        most = min(most, len(self._labels))
        self._asked, self._found = rows, self._search.kneighbors(rows, most, return_distance=False)

    def probabilities(self, rows: Rows, setting: Setting) -> NDArray[np.float64]:
        """The share of each label among the neighbours."""
        if self._asked is not rows:
            self.look(rows, setting["neighbours"])
        votes = self._labels[self._found[:, : setting["neighbours"]]]
        return np.stack([(votes == label).mean(axis=1) for label in range(self._classes)], axis=1)


def learn(rows: Rows, labels: NDArray[np.int64], classes: int, setting: Setting, **more: Any) -> Estimator:
    """A baseline of the setting's kind that has learned from these rows."""
    if setting.kind == "svm":
        return SupportVectors(rows, labels, classes, setting)
    return Neighbours(rows, labels, classes, setting, **more)
