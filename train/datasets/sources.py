"""Data sets as other people publish them, one picture after the other, whatever is wrong with single ones."""

import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.contract.pictures import SUFFIXES, decode
from edge.contract.records import Grey
from train.datasets.fer2013 import USAGES, open_rows, parse_pixels
from train.datasets.folders import PARTS, class_of, entries, is_picture_name, part_of, root_name
from train.datasets.packed import UNREADABLE, reason
from train.datasets.tasks import locate


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A picture that a source names and may be able to give.

    Attributes:
        where: the source and the place in it, for people.
        name: of its class, lower case; empty where it lies in no class folder.
        part: what the source says that it is for, as a position in `Splits`; 0 where it does not say.
        read: gives it as grey uint8 (h, w), or raises InputError. Good until the next one is asked for.
    """

    where: str
    name: str
    part: int
    read: Callable[[], Grey]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A folder of classes, a .zip of one, or a table in FER2013's form.

    Attributes:
        path: of the folder or file.
        whole: the data set that it is a part of: the folder around it where it is called train, test or the like.
        total: how many pictures it names; None where only reading it tells.
        pictures: all of them, in an order that does not change; can be gone through once. Raises InputError where
            the whole is damaged, not one picture of it.
    """

    path: Path
    whole: Path
    total: int | None
    pictures: Iterator[Found]


def open_sources(path: Path, task: str, known: Collection[str]) -> list[Source]:
    """What lies at a path that somebody names: itself, or the data sets with well-known names in a folder.

    Args:
        path: a folder, .zip or table.
        task: for the gate, the pictures of other things beside a table of faces count too.
        known: names that make a folder a class whatever lies inside it.

    Raises:
        InputError: there is nothing, it cannot be read, or it holds no pictures.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    found = locate(path)
    sources = [_table(found.faces)] if found.faces else [_folders(path, known)]
    if found.faces and found.others and task == "gate":
        sources.append(_folders(found.others, known))
    return sources


def _folders(path: Path, known: Collection[str]) -> Source:
    names = [name for name, _ in entries(path) if is_picture_name(name)]
    if not names:
        raise InputError(f"{path}: no pictures inside ({', '.join(SUFFIXES)})")
    # A folder that is itself a class: pictures, but no folder around any of them.
    outside = root_name(path) if not any(class_of(name, known) for name in names) else ""
    whole = path.resolve().parent if root_name(path) in PARTS else path.resolve()
    return Source(path, whole, len(names), _in_folders(path, known, outside))


def _in_folders(path: Path, known: Collection[str], outside: str) -> Iterator[Found]:
    for name, load in entries(path):
        if is_picture_name(name):
            where = f"{path}: {name}"
            folder = class_of(name, known) or outside
            named = "" if folder in PARTS and folder not in known else folder
            yield Found(where, named, part_of(name) or PARTS.get(root_name(path), 0), partial(_decoded, load, where))


def _decoded(load: Callable[[], bytes], where: str) -> Grey:
    try:
        data = load()
    except UNREADABLE as error:
        raise InputError(f"{where}: cannot be read ({reason(error)})") from None
    return decode(data, where)


def _table(path: Path) -> Source:
    return Source(path, path.resolve(), None, _in_table(path))


def _in_table(path: Path) -> Iterator[Found]:
    number = None
    with open_rows(path, ("emotion", "pixels", "Usage")) as rows:
        for number, (label, values, usage) in rows:
            if usage not in USAGES:
                raise InputError(f"{path}, line {number}: usage {usage!r:.40} is none of {', '.join(USAGES)}")
            read = partial(_parsed, values, path, number)
            yield Found(f"{path}, line {number}", _emotion(label), USAGES.index(usage), read)
    if number is None:
        raise InputError(f"{path}: no rows")


def _emotion(label: str) -> str:
    """FER2013's numbers as names; what else a table has there (CK+'s 7, say) is a name of its own."""
    return EMOTIONS[int(label)] if label in map(str, range(len(EMOTIONS))) else label.lower()


def _parsed(values: str, path: Path, number: int) -> Grey:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # how numpy says that a text is not all numbers
        return parse_pixels(values, path, number)
