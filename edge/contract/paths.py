"""Paths that a user named, before a library is given them."""

from pathlib import Path


def is_nameable(path: Path) -> bool:
    """Whether OpenCV can be given a path: a name that is not UTF-8 makes it end the process, without a word."""
    return not any("\ud800" <= letter <= "\udfff" for letter in str(path))
