"""FER2013 in the challenge's CSV form, and the FER+ votes that go with it row by row."""

import csv
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples, Splits
from train.datasets.packed import UNREADABLE, open_csv, reason

SIDE = 48
"""Height and width of FER2013's pictures, in pixels."""

USAGES = ("Training", "PublicTest", "PrivateTest")
"""FER2013's own division. Choices are made on PublicTest; PrivateTest is read once, at the end."""

_VOTED = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""FER+'s columns in the order of `EMOTIONS`."""

_VOTED_OTHERWISE = ("contempt", "unknown", "NF")
"""What else FER+ lets people vote for; NF is no face."""


def load_fer2013(faces: Path, votes: Path | None = None) -> Splits:
    """Reads `emotion,pixels,Usage`, plain or packed, and joins the FER+ votes where given.

    Rows that FER+ marks as no face (they have no image name there) are dropped, so that the official file of 35,887
    rows and the one of 35,714 faces give the same examples.

    Raises:
        InputError: a file is missing or broken, or the two do not have the same rows, as far as that can be told.
    """
    usages, labels, pixels = _read_faces(faces)
    shares = None
    if votes is not None:
        shares, is_face, voted_usages = _read_votes(votes)
        if len(shares) != len(labels):
            raise InputError(f"{votes}: {len(shares)} rows of votes for the {len(labels)} pictures of {faces}")
        other = np.flatnonzero(voted_usages != usages)
        if len(other):
            said = f"{voted_usages[other[0]]!r:.40} where {faces} has {usages[other[0]]!r:.40}"
            raise InputError(f"{votes}: not the rows of those pictures in their order: row {other[0] + 1} is of {said}")
        usages, labels, pixels, shares = usages[is_face], labels[is_face], pixels[is_face], shares[is_face]
    parts = []
    for usage in USAGES:
        chosen = usages == usage
        if not chosen.any():
            raise InputError(f"{faces}: no row has the usage {usage}")
        parts.append(Examples(pixels[chosen], labels[chosen], None if shares is None else shares[chosen]))
    return Splits(*parts, names=("FER2013 Training", "FER2013 PublicTest", "FER2013 PrivateTest"))


def _read_faces(path: Path) -> tuple[NDArray[np.str_], NDArray[np.int64], NDArray[np.uint8]]:
    usages: list[str] = []
    labels: list[int] = []
    pixels: list[NDArray[np.uint8]] = []
    with open_rows(path, ("emotion", "pixels", "Usage")) as rows, warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy says that a text is not all numbers
        for number, (label, values, usage) in rows:
            if label not in _DIGITS or usage not in USAGES:
                raise InputError(
                    f"{path}, line {number}: emotion {label!r:.40} with usage {usage!r:.40} is not FER2013's"
                )
            labels.append(int(label))
            usages.append(usage)
            pixels.append(parse_pixels(values, path, number))
    if not labels:
        raise InputError(f"{path}: no rows")
    return np.array(usages), np.array(labels, np.int64), np.stack(pixels)


_DIGITS = frozenset(str(index) for index in range(len(EMOTIONS)))


def parse_pixels(values: str, path: Path, number: int) -> NDArray[np.uint8]:
    """One row's picture: uint8, (48, 48). DeprecationWarning must be an error around it. Raises InputError."""
    try:
        row = np.fromstring(values, np.int64, sep=" ")  # five times as fast as split and int
    except (ValueError, DeprecationWarning):
        raise InputError(f"{path}, line {number}: pixels are not whole numbers with spaces between them") from None
    if row.size != SIDE * SIDE:
        raise InputError(f"{path}, line {number}: {row.size} pixels, expected {SIDE * SIDE}")
    if row.min() < 0 or row.max() > 255:
        raise InputError(f"{path}, line {number}: a pixel is outside 0 to 255")
    return row.astype(np.uint8).reshape(SIDE, SIDE)


def _read_votes(path: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.str_]]:
    """The shares, whether each row has an image name, and what each row is for."""
    usages: list[str] = []
    counts: list[list[int]] = []
    is_face: list[bool] = []
    with open_rows(path, ("Usage", "Image name", *_VOTED, *_VOTED_OTHERWISE)) as rows:
        for number, (usage, name, *votes) in rows:
            if not all(vote.isdecimal() and len(vote) < 9 for vote in votes):
                raise InputError(f"{path}, line {number}: a vote is not a count")
            usages.append(usage)
            counts.append([int(vote) for vote in votes])
            is_face.append(bool(name))
    cast = np.array(counts, np.float32).reshape(-1, len(_VOTED) + len(_VOTED_OTHERWISE))
    shares = cast[:, : len(_VOTED)] / np.maximum(cast.sum(axis=1, keepdims=True), 1)
    return shares, np.array(is_face, bool), np.array(usages, np.str_)


@contextmanager
def open_rows(path: Path, wanted: tuple[str, ...]) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """Line numbers and the wanted columns of each row of a CSV file, whatever it is packed in."""
    try:
        with open_csv(path) as packed, io.TextIOWrapper(packed, "utf-8-sig") as lines:
            header = _cells(next(lines, ""))
            missing = [name for name in wanted if name not in header]
            if missing:
                found = ", ".join(header)
                raise InputError(f"{path}: no column {', '.join(missing)}; its columns are {found!r:.200}")
            yield _columns(lines, [header.index(name) for name in wanted], len(header), path)
    except (*UNREADABLE, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from None


def _columns(lines: Iterator[str], positions: list[int], width: int, path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, 2):
        row = _cells(line)
        if len(row) == width:
            yield number, [row[position] for position in positions]
        elif row != [""]:
            raise InputError(f"{path}, line {number}: {len(row)} columns, expected {width}")


def _cells(line: str) -> list[str]:
    """The columns of one line. The csv module reads long unquoted lines much more slowly than `split` does."""
    cells = next(csv.reader([line])) if '"' in line else line.split(",")
    return [cell.strip() for cell in cells]
