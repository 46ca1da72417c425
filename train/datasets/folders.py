"""Folders of pictures, one folder a class: on disk or inside a .zip."""

import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.pictures import decode, is_picture
from edge.contract.preprocessing import whole
from train.datasets.examples import Examples, Splits, divide
from train.datasets.packed import UNREADABLE, is_litter, reason

PARTS = {"train": 0, "training": 0, "val": 1, "valid": 1, "validation": 1, "test": 2, "testing": 2}
"""Folders above the classes that say what their pictures are for, as positions in `Splits`."""


def load_folders(path: Path, classes: Mapping[str, int], size: tuple[int, int]) -> Examples:
    """Reads every picture that lies, at any depth, in a folder named in `classes` (compared in lower case).

    Args:
        path: a folder, or a .zip that holds one.
        classes: folder name to label index; the innermost such folder counts.
        size: height and width to bring each picture to.

    Returns:
        The pictures in the order of their names.

    Raises:
        InputError: the path is not there, a picture cannot be decoded, or a named class has none.
    """
    return _read(path, classes, size)[0]


def load_divided(
    path: Path, classes: Mapping[str, int], size: tuple[int, int], seed: int, spared: Collection[str] = ()
) -> Splits:
    """As `load_folders`, divided by the folders train/, validation/ and test/ above the classes.

    Where there is none for validation or for test, a tenth of each label's other pictures is drawn by `seed`. The
    folders named in `spared` may be empty.
    """
    examples, parts = _read(path, classes, size, spared)
    return divide(examples, parts, seed)


def class_folders(path: Path, known: Collection[str] = ()) -> list[str]:
    """The names (lower case, sorted) of the folders that stand for classes: those with pictures, and empty ones.

    What lies inside a folder with a name in `known` belongs to that folder. Pictures outside any folder give the
    name of `path` itself, but only where there is no other class.
    """
    names = [name for name, _ in entries(path)]
    folders = {PurePosixPath(name) if name.endswith("/") else PurePosixPath(name).parent for name in names}
    above = {outer for folder in folders for outer in folder.parents}
    empty = [f"{folder}/-" for folder in folders - above]  # or of files that are no pictures
    found = {class_of(name, known) for name in [*filter(is_picture_name, names), *empty]}
    return [root_name(path)] if found == {""} else sorted(found - {"", *PARTS})


def _read(
    path: Path, classes: Mapping[str, int], size: tuple[int, int], spared: Collection[str] = ()
) -> tuple[Examples, NDArray[np.int64]]:
    """The pictures, and each one's position in `Splits` as its folders say it (0 where they do not)."""
    pixels, labels, parts = [], [], []
    found: set[str] = set()
    outside = root_name(path) if set(classes) == {root_name(path)} else ""
    for name, read in entries(path):
        folder = class_of(name, classes) or outside
        if folder not in classes or not is_picture_name(name):
            continue
        try:
            data = read()
        except UNREADABLE as error:
            raise InputError(f"{path}: {name}: cannot be read ({reason(error)})") from None
        pixels.append(whole(decode(data, f"{path}: {name}"), size))
        labels.append(classes[folder])
        parts.append(part_of(name))
        found.add(folder)
    empty = sorted(set(classes) - found - set(spared))
    if empty or not pixels:
        raise InputError(f"{path}: no pictures in the class folder {', '.join(empty)}")
    return Examples(np.stack(pixels), np.array(labels, np.int64)), np.array(parts, np.int64)


def entries(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Names below `path` in their order, folders with a slash at the end, and what reads each."""
    try:
        if path.is_dir():
            below = {f"{item.relative_to(path).as_posix()}{'/' * item.is_dir()}": item for item in path.rglob("*")}
            yield from ((name, below[name].read_bytes) for name in sorted(below) if not is_litter(name))
            return
        with zipfile.ZipFile(path) as archive:
            names = sorted(archive.namelist())
            yield from ((name, partial(archive.read, name)) for name in names if not is_litter(name))
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as a folder or .zip ({reason(error)})") from None


def is_picture_name(name: str) -> bool:
    """Whether one of the names that `entries` gives is a picture's."""
    return not name.endswith("/") and is_picture(PurePosixPath(name))


def class_of(name: str, known: Collection[str]) -> str:
    """The innermost of the folders that is known, or else the innermost; empty outside any folder."""
    folders = [part.lower() for part in PurePosixPath(name).parts[:-1]] or [""]
    return next((folder for folder in reversed(folders) if folder in known), folders[-1])


def part_of(name: str) -> int:
    """What the folders above a picture's class say that it is for, as a position in `Splits`; 0 where they do not."""
    return next((PARTS[part.lower()] for part in PurePosixPath(name).parts[:-2] if part.lower() in PARTS), 0)


def root_name(path: Path) -> str:
    """The name (lower case) that the folder or .zip itself has."""
    return path.resolve().stem.lower() if path.is_file() else path.resolve().name.lower()
