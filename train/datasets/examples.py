"""Labelled pictures in memory, and how they are divided."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """N grey pictures of one size with their labels.

    Attributes:
        pixels: uint8, (N, height, width).
        labels: int64, (N,): the index of each picture's label.
        votes: float32, (N, number of labels): the share of all of a picture's votes that each label got. A row sums
            to less than 1 where some voted for none of the labels. None where there are no votes.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.intp]) -> "Examples":
        """The examples at these positions."""
        votes = None if self.votes is None else self.votes[chosen]
        return Examples(self.pixels[chosen], self.labels[chosen], votes)

    def clear(self) -> "Examples":
        """The pictures on whose label more than half of all voters agree, with that label.

        Raises:
            InputError: there are no votes.
        """
        if self.votes is None:
            raise InputError("this data set has no votes (FER+'s CSV is missing)")
        chosen = self.take(np.flatnonzero(self.votes.max(axis=1) > 0.5))
        return replace(chosen, labels=chosen.votes.argmax(axis=1))

    @property
    def digest(self) -> str:
        """A sha256 of pixels and labels, so that two runs can tell whether they used the same data."""
        return hashlib.sha256(self.pixels.tobytes() + self.labels.astype(np.int64).tobytes()).hexdigest()

    @property
    def votes_digest(self) -> str | None:
        """A sha256 of the votes, for the same; None where there are none."""
        return None if self.votes is None else hashlib.sha256(self.votes.astype(np.float32).tobytes()).hexdigest()

    def first_copies(self) -> NDArray[np.int64]:
        """int64, (N,): where each picture comes first, its own position where no earlier one has the same pixels."""
        known: dict[bytes, int] = {}
        return np.array([known.setdefault(key(one), place) for place, one in enumerate(self.pixels)], np.int64)


def key(picture: NDArray[np.uint8]) -> bytes:
    """The same for two pictures of one size if their pixels are: a sha256."""
    return hashlib.sha256(picture.tobytes()).digest()


@dataclass(frozen=True, slots=True)
class Splits:
    """What is trained on, what choices are made on, and what is read once at the end; `names` for the report."""

    train: Examples
    validation: Examples
    test: Examples
    names: tuple[str, str, str] = ("train", "validation", "test")

    def without_test(self) -> "Splits":
        """The same with nothing in the test split, for what must not read it."""
        return replace(self, test=self.test.take(np.array([], np.intp)))


def join(*parts: Examples) -> Examples:
    """All examples of several sets, in order; the votes are dropped unless every part has them."""
    votes = [part.votes for part in parts if part.votes is not None]
    return Examples(
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate(votes) if len(votes) == len(parts) else None,
    )


def limited(examples: Examples, most: int | None, seed: int) -> Examples:
    """At most this many examples, every label in proportion; None for all.

    What is left over when the shares are rounded down goes to the largest remainders, so it is this many exactly.
    """
    if most is None or most >= len(examples):
        return examples
    rng = np.random.default_rng(seed)
    labels, counts = np.unique(examples.labels, return_counts=True)
    shares = most * counts / len(examples)
    wanted = np.floor(shares).astype(int)
    wanted[np.argsort(wanted - shares, kind="stable")[: most - wanted.sum()]] += 1
    drawn = [
        rng.permutation(np.flatnonzero(examples.labels == label))[count - many :]
        for label, count, many in zip(labels, counts, wanted, strict=True)
    ]
    return examples.take(np.sort(np.concatenate(drawn)))


def stratified(examples: Examples, seed: int, validation: float = 0.1, test: float = 0.1) -> Splits:
    """Divides at random, with the same share of every label in each part (at least one where three are different).

    Equal pictures, whatever their labels, go into one part together, so that none is learned and measured on. A share
    of 0 leaves that part empty.
    """
    rng = np.random.default_rng(seed)
    first = examples.first_copies()
    parts = np.zeros(len(examples), np.int64)
    for label in np.unique(examples.labels):
        where = rng.permutation(np.flatnonzero(examples.labels == label))
        pictures, begin, copies = np.unique(first[where], return_index=True, return_counts=True)
        least = 1 if len(pictures) >= 3 else 0
        held = max(least, round(len(where) * validation)) if validation else 0
        tested = max(least, round(len(where) * test)) if test else 0
        order = np.argsort(begin)  # as they were drawn
        parts[pictures[order]] = _cut(copies[order], held, tested)
    parts = parts[first]
    return Splits(*(examples.take(np.flatnonzero(parts == part)) for part in range(3)))


def _cut(copies: NDArray[np.intp], held: int, tested: int) -> NDArray[np.int64]:
    """The part of each of some pictures: the last are for the test, those before for validation, the first to train.

    Args:
        copies: how many there are of each.
        held: how many, with all copies, are for validation; more where all copies of one make it more.
        tested: the same for the test.
    """
    behind = copies[::-1].cumsum()[::-1] - copies
    in_test = behind < tested
    in_validation = ~in_test & (behind - copies[in_test].sum() < held)
    parts = 2 * in_test + 1 * in_validation
    if held + tested < copies.sum():
        parts[0] = 0  # however many copies it has, or nothing might be left to train on
    return parts


def divide(examples: Examples, parts: NDArray[np.int64], seed: int) -> Splits:
    """Divides as `parts` says (0 train, 1 validation, 2 test); a part that it leaves empty is drawn from the first."""
    given = [examples.take(np.flatnonzero(parts == part)) for part in range(3)]
    shares = [0.0 if len(part) else 0.1 for part in given[1:]]
    drawn = stratified(given[0], seed, *shares)
    return Splits(
        drawn.train, given[1] if len(given[1]) else drawn.validation, given[2] if len(given[2]) else drawn.test
    )
