"""Which files a log consists of, for reading it: those this program rotates, and those of logrotate."""

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from edge.contract.errors import InputError
from edge.outputs.log.naming import PACKED, LogName, behind_link

_LOGROTATE = re.compile(r"(?:\.(?P<number>\d+)|-(?P<day>\d{8,}(?:-\d+)?))(?:\.gz)?", re.ASCII)
_OF_LOGROTATE = re.compile(f"(?P<log>.+?){_LOGROTATE.pattern}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A rotated file by the two names that it may have: it can be compressed or deleted while the log is read."""

    plain: Path
    packed: Path

    def open(self) -> BufferedIOBase | None:
        """Opens it, unpacked; None where it was deleted meanwhile. Raises InputError where it cannot be read."""
        for name in (self.plain, self.packed):  # compressing takes away the first when the second is there
            with suppress(FileNotFoundError):
                return _open(name)
        return None


def parts_of(path: Path) -> tuple[list[Part], BufferedIOBase | None]:
    """The rotated files of a log, oldest first, and the one in use, opened so that rotating cannot take it away.

    Args:
        path: the file in use, or a link to it; one that was rotated or compressed stands for itself alone.

    Raises:
        InputError: there is no such log, or it cannot be read.
    """
    file = behind_link(path)
    try:
        parts, current = ([], _open(file)) if file.suffix == PACKED else _at_rest(file)
    except OSError as error:
        raise _unreadable(path, error) from None
    if current is None and not parts:
        raise InputError(f"{path}: no such log")
    return parts, current


def unique(paths: list[Path]) -> list[Path]:
    """The logs, each once, without files that come with another one already, as where a shell made them of `emotions*`.

    Raises:
        InputError: a folder may not be entered or listed.
    """
    real = os.path.realpath
    covered = {real(name) for path in paths for part in _companions(path) for name in (part.plain, part.packed)}
    given: dict[str, Path] = {}
    for path in paths:
        if not path.name.endswith(".partial"):
            given.setdefault(real(path), path)
    return [path for place, path in given.items() if place not in covered]


def files_of(path: Path) -> list[Path]:
    """A file and all others of its log, by the names that they have or may get, whether or not they are there.

    Raises:
        InputError: its folder may not be entered or listed.
    """
    log = log_of(path)
    try:
        alone = log.suffix == PACKED or log.is_dir() or not log.parent.is_dir()
        rotated = [] if alone else _rotated(log)
    except OSError as error:
        raise _unreadable(path, error) from None
    others = [] if alone else [log, LogName(log).partial]
    return [path, *others, *(name for part in rotated for name in (part.plain, part.packed))]


def log_of(path: Path) -> Path:
    """The log that a file belongs to: the file in use, be it there or not; the file itself where it is not rotated."""
    ours, other = LogName.of(path), _OF_LOGROTATE.fullmatch(path.name)
    if ours is not None:
        return ours.path
    return path.with_name(other["log"]) if other else path


def _companions(path: Path) -> list[Part]:
    file = behind_link(path)
    try:
        return _rotated(file) if file.suffix != PACKED and file.exists() else []
    except OSError as error:
        raise _unreadable(path, error) from None


def _at_rest(path: Path) -> tuple[list[Part], BufferedIOBase | None]:
    """Lists and opens with no rotation in between, which would have a file read twice."""
    while True:
        parts = _rotated(path)
        current = None
        with suppress(FileNotFoundError):
            current = _open(path)
        if parts == _rotated(path):
            return parts, current
        if current is not None:
            current.close()


def _rotated(path: Path) -> list[Part]:
    ours = [Part(file.plain, file.packed) for file in LogName(path).rotated()]
    return [*_of_logrotate(path), *ours]


def _of_logrotate(path: Path) -> Iterator[Part]:
    """`NAME-20260131`, oldest first, then `NAME.2.gz` before `NAME.1`."""
    found: dict[tuple[int, str], Path] = {}
    for other in path.parent.iterdir():
        match = _LOGROTATE.fullmatch(other.name[len(path.name) :]) if other.name.startswith(path.name) else None
        if match:
            order = (-int(match["number"]), "") if match["number"] else (-(10**9), match["day"])
            found[order] = other.with_suffix("") if other.suffix == PACKED else other
    return (Part(found[order], found[order].with_name(found[order].name + PACKED)) for order in sorted(found))


def _open(path: Path) -> BufferedIOBase:
    try:
        return gzip.open(path, "rb") if path.suffix == PACKED else path.open("rb")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{path}: the log cannot be read ({error.strerror})")
