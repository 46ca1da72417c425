"""Writes the two files of a model, both or neither."""

import contextlib
import os
from pathlib import Path

from edge.contract.errors import OutputError
from edge.contract.manifest import Manifest
from edge.contract.storage import whole_file, write_whole


def check_writable(path: Path) -> None:
    """Finds out before the long work what would only fail after it. Raises OutputError."""
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent}: no such folder")
    if path.is_dir():
        raise OutputError(f"{path}: is a folder")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path.parent}: cannot be written to")


def write_pair(path: Path, data: bytes, manifest: Manifest) -> None:
    """Writes a model and its manifest.

    Both are on the disk before either is moved to its place, so that hardly a moment lies between the two. In it the
    old manifest refuses the new model by its hash, so no reader takes one for the other.

    Raises:
        OutputError: one of them cannot be written; both are as they were, as after an interruption.
    """
    beside, told = Manifest.beside(path), manifest.to_json().encode()
    before = path.read_bytes() if path.exists() else None
    try:
        with whole_file(beside) as file:
            file.write(told)
            file.flush()
            os.fsync(file.fileno())
            write_whole(path, data)
    except BaseException:  # Ctrl-C too, and SystemExit where a signal raises it
        if not _holds(beside, told) and _holds(path, data):
            with contextlib.suppress(OSError, OutputError):
                path.unlink() if before is None else write_whole(path, before)
        raise


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
