"""Labelled pictures to calibrate and measure a model on, with the labels numbered as its outputs are."""

import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.contract.preprocessing import to_grey, whole
from train.datasets.examples import Examples, Splits, join, stratified
from train.datasets.fer2013 import load_fer2013
from train.datasets.folders import class_folders, entries, is_picture_name, load_divided, part_of
from train.datasets.packed import UNREADABLE, csv_names, reason
from train.dropping import without

_ARRAYS = (("images", "labels"), ("x_train", "y_train"), ("x_test", "y_test"))
"""What pictures and their labels may be called in an .npz; the last pair, where it is there, is measured on."""


def is_labelled(path: Path) -> bool:
    """Whether a path names labelled pictures, and not a list of hashes."""
    packed = (".zip", ".xz", ".gz", ".bz2", ".tar", ".tgz")
    return path.is_dir() or path.suffix.lower() in (".npz", ".csv", *packed)


def load_labelled(
    path: Path, labels: tuple[str, ...], size: tuple[int, int], seed: int, dropped: Collection[str] = ()
) -> Splits:
    """Reads pictures of any classes.

    Args:
        path: a folder or .zip of class folders (below train/, validation/, test/ or not), a CSV in FER2013's form, or
            an .npz with `images` and `labels`, or `x_train`, `y_train`, `x_test` and `y_test`: uint8 pictures (N, h, w)
            or (N, h, w, 1 or 3 as RGB); labels are names, or positions in `labels`.
        labels: of the model, in output order.
        size: height and width to bring folders' and arrays' pictures to.
        seed: for what is not divided yet.
        dropped: labels by name that the model was trained without; their pictures are left out.

    Raises:
        InputError: it cannot be read, its classes are not the model's, or a part would be empty.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if suffix == ".npz":
        splits = _arrays(path, labels, size, seed, dropped)
    elif path.is_dir() or (suffix == ".zip" and not _packs_csv(path)):
        splits = _folders(path, labels, size, seed, dropped)
    else:
        rest = without(load_fer2013(path), "emotion", dropped)
        splits = renumbered(rest, EMOTIONS, labels, str(path), dropped)
    for part, examples in zip(("calibrate", "measure"), (splits.train, splits.validation), strict=True):
        if not len(examples):
            raise InputError(f"{path}: no pictures left to {part} on; each class needs at least three different ones")
    return splits


def load_to_measure(
    path: Path, labels: tuple[str, ...], size: tuple[int, int], seed: int, dropped: Collection[str] = ()
) -> Splits:
    """Reads pictures as `load_labelled`, to be measured on alone.

    Returns:
        No training pictures; what the data themselves hold for validation and test, the one for the other where there
        is one of them, or all for validation where the data are not divided.
    """
    splits = load_labelled(path, labels, size, seed, dropped)
    none = _none(splits.train)
    held = [part for part in (1, 2) if part in _held(path)]
    parts = [(splits.train, splits.validation, splits.test)[part] for part in held] or [all_of(splits)]
    names = [splits.names[part] for part in held] or [path.resolve().name]
    return Splits(none, *[*parts, none][:2], names=("none", *[*names, "none"][:2]))


def _held(path: Path) -> set[int]:
    """The parts that data were divided into by those who made them, as positions in `Splits`; not the first."""
    suffix = path.suffix.lower()
    if suffix == ".npz":
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            return {1} if sum(set(pair) <= set(packed) for pair in _ARRAYS) > 1 else set()
    if path.is_dir() or (suffix == ".zip" and not _packs_csv(path)):
        return {part_of(name) for name, _ in entries(path) if is_picture_name(name)} - {0}
    return {1, 2}


def all_of(splits: Splits) -> Examples:
    """The pictures of all three parts."""
    return join(splits.train, splits.validation, splits.test)


def renumbered(
    splits: Splits, names: tuple[str, ...], labels: tuple[str, ...], where: str, absent: Collection[str] = ()
) -> Splits:
    """The same pictures with labels that count by `labels` instead of `names`.

    Args:
        splits: whose labels count by `names`.
        names: of the data set.
        labels: of the model.
        where: the data set, for people.
        absent: names of which there are no pictures, so that the model needs no label for them.

    Raises:
        InputError: a model has no label for some pictures.
    """
    unknown = sorted(set(names) - set(labels) - set(absent))
    if unknown:
        raise InputError(f"{where}: its pictures are of {', '.join(unknown)}, which the model has no label for")
    if names == labels:
        return splits
    to = np.array([labels.index(name) if name in labels else -1 for name in names])
    parts = (_renumbered(part, to, len(labels)) for part in (splits.train, splits.validation, splits.test))
    return Splits(*parts, names=splits.names)


def _renumbered(examples: Examples, to: NDArray[np.int64], count: int) -> Examples:
    votes = examples.votes
    if votes is not None:
        votes = np.zeros((len(votes), count), np.float32)
        votes[:, to[to >= 0]] = examples.votes[:, to >= 0]
    return Examples(examples.pixels, to[examples.labels], votes)


def _folders(path: Path, labels: tuple[str, ...], size: tuple[int, int], seed: int, dropped: Collection[str]) -> Splits:
    classes = {label.lower(): index for index, label in enumerate(labels)}
    left_out = {label.lower() for label in dropped}
    found = set(class_folders(path, set(classes) | left_out)) - left_out
    if found != set(classes):
        lacking, other = sorted(set(classes) - found), sorted(found - set(classes))
        told = [f"no folder for {', '.join(lacking)}"] * bool(lacking) + [f"no label {', '.join(other)}"] * bool(other)
        raise InputError(f"{path}: its class folders are not the model's labels: {'; '.join(told)[:300]}")
    splits = load_divided(path, classes, size, seed)
    return Splits(splits.train, splits.validation, splits.test, names=_names(path))


def _arrays(path: Path, labels: tuple[str, ...], size: tuple[int, int], seed: int, dropped: Collection[str]) -> Splits:
    try:
        # numpy leaves a file open that it was given by name and cannot read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            arrays = {name: packed[name] for pair in _ARRAYS for name in pair if name in packed}
    except (*UNREADABLE, ValueError, TypeError) as error:  # TypeError: a single array
        raise InputError(f"{path}: not an .npz that can be read ({reason(error)})") from None
    given = [_examples(arrays, pair, labels, size, path, dropped) for pair in _ARRAYS if set(pair) <= set(arrays)]
    if not given:
        wanted = " or ".join(" and ".join(pair) for pair in _ARRAYS[:2])
        raise InputError(f"{path}: needs the arrays {wanted}; it has {', '.join(arrays) or 'neither'}")
    if len(given) == 1:
        drawn = stratified(given[0], seed)
        return Splits(drawn.train, drawn.validation, drawn.test, names=_names(path))
    return Splits(given[0], given[-1], _none(given[0]), names=_names(path))


def _examples(
    arrays: Mapping[str, NDArray[Any]],
    pair: tuple[str, str],
    labels: tuple[str, ...],
    size: tuple[int, int],
    path: Path,
    dropped: Collection[str],
) -> Examples:
    pictures, truth = (arrays[name] for name in pair)
    if pictures.dtype != np.uint8 or pictures.ndim not in (3, 4) or pictures.shape[3:] not in ((), (1,), (3,)):
        raise InputError(
            f"{path}: {pair[0]} is {pictures.dtype} {pictures.shape}, expected uint8 (N, height, width) or (N, height, "
            "width, 1 or 3), 0 to 255"
        )
    truth = truth.reshape(-1)
    if truth.dtype.kind == "U" and len(truth) == len(pictures):
        kept = np.array([str(name) not in dropped for name in truth], bool)
        pictures, truth = pictures[kept], truth[kept]
        numbers = {label: index for index, label in enumerate(labels)}
        truth = np.array([numbers.get(str(name), -1) for name in truth])
    if truth.dtype.kind not in "iu" or len(truth) != len(pictures) or not len(truth):
        raise InputError(f"{path}: {pair[1]} is {truth.dtype} {truth.shape}, expected one label for each picture")
    if truth.min() < 0 or truth.max() >= len(labels):
        raise InputError(f"{path}: {pair[1]} holds labels that are none of {', '.join(labels)}")
    grey = (to_grey(np.ascontiguousarray(one[..., ::-1]) if one.ndim == 3 else one) for one in pictures)
    return Examples(np.stack([whole(one, size) for one in grey]), truth.astype(np.int64))


def _none(like: Examples) -> Examples:
    return like.take(np.array([], np.intp))


def _names(path: Path) -> tuple[str, str, str]:
    name = path.resolve().name
    return f"{name} training", f"{name} validation", f"{name} test"


def _packs_csv(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(csv_names(archive))
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be read as a .zip ({reason(error)})") from None
