"""The pictures of several sources as one set of examples, with an account of what was not taken."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.preprocessing import whole
from edge.contract.records import Grey
from train.datasets.examples import Examples
from train.datasets.labels import OTHER, label_of
from train.datasets.sources import Found, Source
from train.datasets.tasks import LABELS, SIZE


@dataclass(slots=True)
class Account:
    """What became of one source's pictures.

    Attributes:
        path: of the source.
        whole: the data set that it is a part of.
        sizes: how many pictures there were of each (height, width), before they were brought to one size.
        unreadable: what is wrong with those that cannot be read, one line each.
        unmapped: how many pictures of each class have no label in the task.
        others: how many of each are something else to the gate.
        names: the classes met, lower case.
    """

    path: Path
    whole: Path
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """Pictures and where they are from.

    Attributes:
        examples: N pictures at the training size.
        parts: int64, (N,): what its source says each is for, as a position in `Splits`; 0 where it does not.
        origins: int64, (N,): the position of each one's source in `accounts`.
        where: each one's source and place in it, for people.
        accounts: one for each source.
    """

    examples: Examples
    parts: NDArray[np.int64]
    origins: NDArray[np.int64]
    where: list[str]
    accounts: list[Account]

    def take(self, chosen: NDArray[np.intp]) -> "Collection":
        """The pictures at these positions, with the whole account."""
        where = [self.where[position] for position in chosen]
        examples = self.examples.take(chosen)
        return Collection(examples, self.parts[chosen], self.origins[chosen], where, self.accounts)


class Follow(Protocol):
    """Passes pictures on and shows how far that is."""

    def __call__(self, sequence: Iterable[Found], total: int | None, *, description: str) -> Iterable[Found]:
        """Told how many pictures there are, if anybody knows, and of what."""


def collect(sources: Iterable[Source], task: str, by_hand: Mapping[str, str], follow: Follow) -> Collection:
    """Reads all sources; a single picture that cannot be read, or has no label, is noted and left out.

    Args:
        sources: in the order that decides which copy of a picture comes first.
        task: a key of `LABELS`.
        by_hand: class names (lower case) to labels; these come before all else.
        follow: shows progress.

    Raises:
        InputError: a source as a whole cannot be read, or no picture is left.
    """
    pixels: list[Grey] = []
    labels, parts, origins = [], [], []
    where: list[str] = []
    accounts: list[Account] = []
    for source in sources:
        accounts.append(Account(source.path, source.whole))
        for found in follow(source.pictures, source.total, description=source.path.name):
            label = label_of(task, found.name, by_hand)
            picture = _taken(found, label, accounts[-1])
            if picture is not None:
                pixels.append(picture)
                labels.append(LABELS[task].index(label))
                parts.append(found.part)
                origins.append(len(accounts) - 1)
                where.append(found.where)
    if not pixels:
        raise InputError(_why_none(accounts, LABELS[task]))
    examples = Examples(np.stack(pixels), np.array(labels, np.int64))
    return Collection(examples, np.array(parts, np.int64), np.array(origins, np.int64), where, accounts)


def _taken(found: Found, label: str | None, account: Account) -> Grey | None:
    account.names.add(found.name)
    if label is None:
        account.unmapped[found.name] += 1
        return None
    try:
        picture = found.read()
    except InputError as error:
        account.unreadable.append(str(error))
        return None
    account.sizes[picture.shape] += 1
    if label == OTHER:
        account.others[found.name] += 1
    return whole(picture, SIZE)


def _why_none(accounts: list[Account], labels: tuple[str, ...]) -> str:
    paths = ", ".join(str(account.path) for account in accounts)
    unreadable = [line for account in accounts for line in account.unreadable]
    if unreadable:
        return f"{paths}: none of {len(unreadable)} pictures can be read; {unreadable[0]}"
    names = ", ".join(sorted({name or "(no class folder)" for account in accounts for name in account.unmapped}))
    return f"{paths}: no class that is one of {', '.join(labels)}; found {names!r:.200}; --map NAME=LABEL takes one"
