"""Folders of pictures, one folder a class: on disk or inside a .zip."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from edge.contract import preprocessing
from edge.contract.errors import InputError
from edge.contract.preprocessing import whole
from train.datasets.examples import Examples

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".pgm"})
"""What counts as a picture."""


def load_folders(path: Path, classes: Mapping[str, int], size: tuple[int, int]) -> Examples:
    """Reads every picture whose parent folder is a name in `classes` (compared in lower case) as that label.

    Args:
        path: a folder, or a .zip that holds one; class folders may lie at any depth.
        classes: folder name to label index.
        size: height and width to bring each picture to.

    Returns:
        The pictures in the order of their names.

    Raises:
        InputError: the path is not there, a picture cannot be decoded, or a named class has none.
    """
    pixels, labels = [], []
    found: set[str] = set()
    for name, data in _pictures(path):
        folder = PurePosixPath(name).parent.name.lower()
        if folder in classes:
            pixels.append(whole(decode(data, f"{path}: {name}"), size))
            labels.append(classes[folder])
            found.add(folder)
    empty = sorted(set(classes) - found)
    if empty:
        raise InputError(f"{path}: no pictures in the class folder {', '.join(empty)}")
    return Examples(np.stack(pixels), np.array(labels, np.int64))


def class_folders(path: Path) -> list[str]:
    """The names (lower case, sorted) of the folders that lie deepest and so stand for classes, empty ones too."""
    if path.is_dir():
        folders = [folder for folder in path.rglob("*") if folder.is_dir()]
        leaves = {folder for folder in folders if not any(other.parent == folder for other in folders)}
        return sorted({leaf.name.lower() for leaf in leaves})
    return sorted({PurePosixPath(name).parent.name.lower() for name, _ in _pictures(path)} - {""})


def decode(data: bytes, where: str) -> np.ndarray:
    """A picture file's bytes as grey uint8 (h, w); `where` names it in the error."""
    try:
        return preprocessing.decode(data)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _pictures(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in SUFFIXES and file.is_file():
                yield file.relative_to(path).as_posix(), file.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if PurePosixPath(name).suffix.lower() in SUFFIXES:
                    yield name, archive.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be read as a folder or .zip ({error})") from None
