"""Data sets as people publish them, made into one that trains as it is: checked, renamed, divided, without repeats."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.contract.errors import InputError
from edge.contract.records import Grey
from train.datasets.collection import Collection, collect
from train.datasets.examples import Examples, Splits, join, stratified
from train.datasets.labels import known_names
from train.datasets.repeats import find_repeats
from train.datasets.sources import open_sources
from train.datasets.tasks import LABELS
from train.preparation.account import report_of
from train.preparation.new_folder import new_folder
from train.progress import progress_bars

logger = logging.getLogger(__name__)

_NAMED = 10
"""How many unreadable pictures are named on the terminal; prepare.json has them all."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user decides.

    Attributes:
        task: "emotion" or "gate".
        by_hand: class names (lower case) to labels, before the known synonyms.
        seed: of the division and of the samples shown.
        validation: share of each label's pictures, where a source has no validation pictures of its own.
        test: the same for the test.
        resplit: divide by the shares even what its source divides.
        keep_contradictions: keep the first copy of a picture that has several labels, instead of none.
    """

    task: str = "emotion"
    by_hand: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    validation: float = 0.1
    test: float = 0.1
    resplit: bool = False
    keep_contradictions: bool = False


def prepare(sources: Sequence[Path], out: Path, choices: Choices) -> dict[str, Any]:
    """Makes the folder `out` with `train|validation|test/LABEL/`, an account of it and two pictures.

    Every picture becomes 48x48 grey through the edge's own preprocessing, is kept once however many sources have it,
    and is named by its label's first two letters and a number: `ha_0.png`.

    Returns:
        What prepare.json holds; see `train.preparation.account.report_of`.

    Raises:
        InputError: a source is missing or damaged as a whole, a choice makes no sense, or nothing is left.
        OutputError: `out` is there and not empty, or cannot be written.
    """
    labels = LABELS[choices.task]
    _check(choices, labels)
    with new_folder(out) as folder, progress_bars() as bars:
        known = known_names(choices.task, choices.by_hand)
        opened = [source for path in sources for source in open_sources(path, choices.task, known)]
        found = collect(opened, choices.task, choices.by_hand, bars.track)
        _check_names(found, choices)
        repeats = find_repeats(found.examples, choices.keep_contradictions)
        if not len(repeats.kept):
            raise InputError(f"{', '.join(map(str, sources))}: every picture is there with several labels")
        kept = found.take(repeats.kept)
        splits = divided(kept, choices)
        if not len(splits.train):
            raise InputError(f"{', '.join(map(str, sources))}: nothing is for training; --resplit divides anew")
        files = _files(splits, labels, folder)
        for path, picture in bars.track(files, len(kept.examples), description="writing"):
            path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        report = report_of(found, kept, repeats, splits, asdict(choices))
        (folder / "prepare.json").write_text(json.dumps(report, indent=2) + "\n")
        _draw(splits, labels, choices.seed, folder)
    _warn(report)
    return report


def _check(choices: Choices, labels: tuple[str, ...]) -> None:
    wrong = sorted(set(choices.by_hand.values()) - set(labels))
    if wrong:
        raise InputError(f"--map to {', '.join(wrong)}: the labels of this task are {', '.join(labels)}")
    if not (0 <= choices.validation < 1 and 0 <= choices.test < 1 and choices.validation + choices.test < 1):
        raise InputError(
            f"--validation {choices.validation} --test {choices.test}: shares that leave nothing to train on"
        )


def _check_names(found: Collection, choices: Choices) -> None:
    met = {name for account in found.accounts for name in account.names}
    missed = sorted(set(choices.by_hand) - met)
    if missed:
        there = ", ".join(sorted(met - {""}))
        raise InputError(f"--map {', '.join(missed)}: no source has a class of that name; they have {there!r:.200}")


def divided(pictures: Collection, choices: Choices) -> Splits:
    """Divides pictures that are all different, so that none can be in two splits.

    What its source puts into validation or test stays there. Where a source (train/ and test/ given one by one are
    one) has none for a split, that one is drawn from its other pictures, from all such sources together.
    """
    parts = np.zeros_like(pictures.parts) if choices.resplit else pictures.parts
    wholes = [account.whole for account in pictures.accounts]
    whole = np.array([wholes.index(account.whole) for account in pictures.accounts])[pictures.origins]
    given = [np.isin(whole, whole[parts == part]) for part in (1, 2)]  # for each picture: its whole has this split
    drawn = []
    for has_validation, has_test in ((False, False), (False, True), (True, False), (True, True)):
        chosen = (given[0] == has_validation) & (given[1] == has_test) & (parts == 0)
        shares = (0.0 if has_validation else choices.validation, 0.0 if has_test else choices.test)
        drawn.append(stratified(pictures.examples.take(np.flatnonzero(chosen)), choices.seed, *shares))
    fixed = [pictures.examples.take(np.flatnonzero(parts == part)) for part in (1, 2)]
    return Splits(
        join(*(splits.train for splits in drawn)),
        join(*(splits.validation for splits in drawn), fixed[0]),
        join(*(splits.test for splits in drawn), fixed[1]),
    )


def _files(splits: Splits, labels: tuple[str, ...], folder: Path) -> Iterator[tuple[Path, Grey]]:
    """Names and pictures; the numbers of a label go on from split to split."""
    numbers = {label: count() for label in labels}
    for name, examples in zip(splits.names, _three(splits), strict=True):
        for index in np.unique(examples.labels):
            (folder / name / labels[index]).mkdir(parents=True)
        for picture, index in zip(examples.pixels, examples.labels, strict=True):
            label = labels[index]
            yield folder / name / label / f"{label[:2]}_{next(numbers[label])}.png", picture


def _three(splits: Splits) -> tuple[Examples, Examples, Examples]:
    return splits.train, splits.validation, splits.test


def _draw(splits: Splits, labels: tuple[str, ...], seed: int, folder: Path) -> None:
    from train.preparation.overview import (  # matplotlib: half a second that an error need not wait for
        plot_counts,
        plot_samples,
    )

    plot_counts(splits, labels, folder / "counts.png")
    plot_samples(join(*_three(splits)), labels, seed, folder / "samples.png")


def _warn(report: Mapping[str, Any]) -> None:
    """Names what a training would stumble over."""
    for line in report["unreadable"][:_NAMED]:
        logger.warning("left out: %s", line)
    if len(report["unreadable"]) > _NAMED:
        logger.warning("left out: %d more that cannot be read (prepare.json)", len(report["unreadable"]) - _NAMED)
    totals = {label: sum(counts[label] for counts in report["counts"].values()) for label in report["labels"]}
    missing = [label for label, total in totals.items() if not total]
    if missing:
        logger.warning("no pictures of %s: a training wants every label", ", ".join(missing))
