"""What is done about labels that have unequally many pictures: made or left-out pictures, or weights in the loss."""

import importlib.util
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import ConfigurationError, InputError
from train.augment import Augmentation, augment
from train.datasets.examples import Examples, join

METHODS = {
    "none": "the pictures as they come",
    "class-weights": "each picture counts in the loss as its label is rare",
    "augment": "changed copies of rare labels' pictures, up to the most frequent label",
    "oversample": "plain copies of rare labels' pictures, up to the most frequent label",
    "undersample": "frequent labels' pictures left out, down to the rarest label",
    "smote": "pictures between two neighbours of a rare label (arXiv 1106.1813)",
    "smote-enn": "smote, then every picture left out whose neighbours are of other labels",
}
"""Every way by name, and what it does."""

SYNTHETIC = ("smote", "smote-enn")
"""Those that make pictures which nobody has seen."""

_NEIGHBOURS = 5
"""Between which SMOTE draws, as its authors do."""


class BalancingError(InputError):
    """These pictures cannot be balanced in this way (exit code 64)."""


@dataclass(frozen=True, slots=True)
class Balancing:
    """A way to balance.

    Attributes:
        method: a key of `METHODS`.
        changed: how far the copies of "augment" may be changed.
    """

    method: str = "none"
    changed: Augmentation = field(
        default_factory=lambda: Augmentation(shift=0.1, scale=0.1, rotation=10, flip=0.5),
    )


def check_installed(method: str) -> None:
    """Raises ConfigurationError where a method needs imbalanced-learn and it is missing."""
    if method in SYNTHETIC and importlib.util.find_spec("imblearn") is None:
        wanted = "python -m pip install -r requirements-train.txt"
        raise ConfigurationError(f"{method} needs imbalanced-learn, which is not installed; install it with: {wanted}")


def balanced(examples: Examples, how: Balancing, seed: int) -> Examples:
    """The examples to train on; the same ones for the same seed.

    Args:
        examples: of the training split.
        how: a way that changes the examples, or one that leaves them alone.
        seed: of all that is drawn.

    Raises:
        BalancingError: a label has too few pictures, or none would be left of it.
        ConfigurationError: imbalanced-learn is not installed.
    """
    rng = np.random.default_rng((seed, 7))
    if how.method in ("none", "class-weights"):
        return examples
    if how.method == "undersample":
        return examples.take(_undersampled(examples.labels, rng))
    if how.method in ("oversample", "augment"):
        extra = examples.take(_missing(examples.labels, rng))
        return join(examples, _changed(extra, how.changed, rng) if how.method == "augment" else extra)
    return _synthesized(examples, how.method, seed)


def example_weights(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """How much each example counts for every label to count alike: float32 (N,), mean 1."""
    present, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return (len(labels) / (len(present) * counts))[where].astype(np.float32)


def _counts(labels: NDArray[np.int64]) -> dict[int, int]:
    return dict(zip(*(values.tolist() for values in np.unique(labels, return_counts=True)), strict=True))


def _missing(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.intp]:
    """Positions to add for every label to be as frequent as the most frequent; each goes round before it repeats."""
    counts = _counts(labels)
    added = [
        np.resize(rng.permutation(np.flatnonzero(labels == label)), max(counts.values()) - count)
        for label, count in counts.items()
    ]
    return np.concatenate(added).astype(np.intp)


def _undersampled(labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.intp]:
    counts = _counts(labels)
    kept = [rng.permutation(np.flatnonzero(labels == label))[: min(counts.values())] for label in counts]
    return np.sort(np.concatenate(kept))


def _changed(examples: Examples, how: Augmentation, rng: np.random.Generator) -> Examples:
    parts = [
        np.rint(augment(examples.pixels[start : start + 512], how, rng)).astype(np.uint8)
        for start in range(0, len(examples), 512)
    ]
    pixels = np.concatenate(parts) if parts else examples.pixels
    return Examples(pixels, examples.labels, examples.votes)


def _synthesized(examples: Examples, method: str, seed: int) -> Examples:
    check_installed(method)
    from imblearn.combine import SMOTEENN
    from imblearn.over_sampling import SMOTE

    counts = _counts(examples.labels)
    if min(counts.values()) < 2:
        raise BalancingError(f"{method} draws between two pictures of a label, and there is a label with one")
    smote = SMOTE(k_neighbors=min(_NEIGHBOURS, min(counts.values()) - 1), random_state=seed)
    sampler = SMOTEENN(smote=smote, random_state=seed) if method == "smote-enn" else smote
    rows = examples.pixels.reshape(len(examples), -1).astype(np.float32)
    found, labels = sampler.fit_resample(rows, examples.labels)
    lost = set(counts) - set(labels.tolist())
    if lost:
        raise BalancingError(f"{method} leaves no picture of {len(lost)} of {len(counts)} labels; choose another way")
    pixels = np.rint(np.clip(found, 0, 255)).astype(np.uint8).reshape(-1, *examples.pixels.shape[1:])
    return Examples(pixels, labels.astype(np.int64))
