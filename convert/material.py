"""What a conversion works on: a network, pictures whose labels count by its labels, the ones to calibrate on."""

from dataclasses import dataclass
from pathlib import Path

from convert.calibration import IMAGES, CalibrationList, choose, draw
from convert.labelled import all_of, is_labelled, load_labelled, renumbered
from convert.origin.source import Source
from edge.contract.errors import InputError
from train.datasets.examples import Splits
from train.datasets.tasks import LABELS, load
from train.dropping import without


@dataclass(frozen=True, slots=True)
class Material:
    """Attributes:
    source: the network.
    splits: what it is calibrated on, judged on, and measured on.
    listed: the pictures of the first to calibrate on.
    objections: what speaks against measuring it on these pictures, for people.
    """

    source: Source
    splits: Splits
    listed: CalibrationList
    objections: tuple[str, ...]


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
        validation: other labelled pictures to measure on; None to measure on a part of the others.
        seed: for what is not divided yet; None for the one that the training used.
        force: whether other data than the training's are let through, as an objection.

    Raises:
        InputError: the pictures cannot be read, or are not what the network was trained with.
    """
    seed = source.seed if seed is None else seed
    if data is None:
        assert calibration is not None
        splits = _labelled(calibration, source, seed)
    else:
        splits = load(source.task, data, seed, dropped=source.dropped)
    objections = _objections(source, splits, force)
    if data is not None:
        rest = without(splits, source.task, source.dropped)
        splits = renumbered(rest, LABELS[source.task], source.labels, str(data), source.dropped)
    if validation is not None:
        splits = _measured_on(splits, _labelled(validation, source, seed), validation)
    if calibration is not None and is_labelled(calibration):
        listed = draw(splits.train, source.labels, IMAGES, seed)
    else:
        listed = choose(source.task, splits.train, source.labels, calibration, seed).without(source.dropped)
    return Material(source, splits, listed, objections)


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


def _measured_on(splits: Splits, other: Splits, path: Path) -> Splits:
    """Everything of the first to calibrate on, everything of the second to measure on."""
    rest = other.test.take(other.test.labels[:0])
    return Splits(all_of(splits), all_of(other), rest, names=(splits.names[0], path.resolve().name, "none"))
