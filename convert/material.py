"""What a conversion works on: a network, pictures whose labels count by its labels, the ones to calibrate on."""

import logging
from dataclasses import dataclass
from pathlib import Path

from convert.calibration import IMAGES, CalibrationList, choose, draw
from convert.labelled import all_of, is_labelled, load_labelled, load_to_measure, renumbered
from convert.origin.source import Source
from edge.contract.errors import InputError
from train.datasets.examples import Examples, Splits
from train.datasets.repeats import among
from train.datasets.tasks import LABELS, load
from train.dropping import without

log = logging.getLogger(__name__)

_SHARED = 0.1
"""How many of the pictures that a network is measured on may be among those that it was trained with, 0 to 1: FER2013's
own splits share 8 % with its Training."""


@dataclass(frozen=True, slots=True)
class Material:
    """Attributes:
    source: the network.
    splits: what it is calibrated on, judged on, and measured on.
    listed: the pictures of the first to calibrate on.
    objections: what speaks against measuring it on these pictures, for people.
    data: one of this project's data sets, where they are of that.
    """

    source: Source
    splits: Splits
    listed: CalibrationList
    objections: tuple[str, ...]
    data: Path | None


def gather(
    source: Source,
    data: Path | None,
    calibration: Path | None,
    validation: Path | None,
    seed: int | None,
    force: bool,
) -> Material:
    """Reads the pictures for a network.

    Args:
        source: the network.
        data: one of this project's data sets; None where `calibration` names labelled pictures.
        calibration: labelled pictures of any classes, or a list of pictures of `data`, or None for the usual list.
        validation: other labelled pictures to measure on, all of them, or the parts for validation and test of data
            that are divided already; None to measure on a part of the others.
        seed: for what is not divided yet; None for the one that the training used.
        force: whether other data than the training's, and its pictures in `validation`, are let through, as an
            objection.

    Raises:
        InputError: the pictures cannot be read, or are not what the network was trained with.
    """
    seed = source.seed if seed is None else seed
    if data is None:
        assert calibration is not None
        splits = _labelled(calibration, source, seed)
    else:
        splits = load(source.task, data, seed, dropped=source.dropped)
    objections, learned = _objections(source, splits, force), source.training_pictures(splits)
    if data is not None:
        rest = without(splits, source.task, source.dropped)
        splits = renumbered(rest, LABELS[source.task], source.labels, str(data), source.dropped)
    if validation is not None:
        measured = load_to_measure(validation, source.labels, source.shape[:2], seed, source.dropped)
        log.info("to measure on: %s", " and ".join(measured.names[1 : 3 if len(measured.test) else 2]))
        objections += _shared(source, learned, all_of(measured), validation, force)
        splits = Splits(all_of(splits), measured.validation, measured.test, (splits.names[0], *measured.names[1:]))
    if calibration is not None and is_labelled(calibration):
        listed = draw(splits.train, source.labels, IMAGES, seed)
    else:
        listed = choose(source.task, splits.train, source.labels, calibration, seed).without(source.dropped)
    return Material(source, splits, listed, objections, data)


def _labelled(path: Path, source: Source, seed: int) -> Splits:
    return load_labelled(path, source.labels, source.shape[:2], seed, source.dropped)


def _objections(source: Source, splits: Splits, force: bool) -> tuple[str, ...]:
    if source.was_trained_on(splits):
        return ()
    found = f"the data are not those that {source.name} was trained with"
    if not force:
        raise InputError(
            f"{found}, so it may have been trained on what it would be measured on; name the same data, or go on with "
            "--force"
        )
    return (f"{found}",)


def _shared(source: Source, learned: Examples | None, measured: Examples, path: Path, force: bool) -> tuple[str, ...]:
    """What speaks against the pictures of `path` where the network learned from many of them."""
    count = 0 if learned is None else int(among(measured, learned).sum())
    if count <= _SHARED * len(measured):
        return ()
    found = f"{count:,} of the {len(measured):,} pictures of {path.resolve().name} are among those of the training"
    if not force:
        raise InputError(f"{source.name}: {found}; name others with --validation, or go on with --force")
    return (found,)
