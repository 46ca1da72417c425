"""Paths that a user named, before a library is given them."""

from pathlib import Path

from edge.contract.errors import EdgeError


def is_file(path: Path, kind: type[EdgeError]) -> bool:
    """Whether there is such a file. Raises an error of this kind where that is not to be known, for lack of rights."""
    try:
        return path.is_file()
    except OSError as error:
        raise kind(f"{path}: cannot be read ({error.strerror})") from None


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from all others, whatever it is called; None where there is none, or it may not be known."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_nameable(path: Path) -> bool:
    """Whether OpenCV can be given a path: a name that is not UTF-8 makes it end the process, without a word."""
    return not any("\ud800" <= letter <= "\udfff" for letter in str(path))
