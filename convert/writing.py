"""Writes the two files of a model, both or neither."""

import contextlib
import os
from pathlib import Path

from edge.contract.errors import OutputError
from edge.contract.manifest import Manifest
from edge.contract.storage import write_whole


def check_writable(path: Path) -> None:
    """Finds out before the long work what would only fail after it. Raises OutputError."""
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent}: no such folder")
    if path.is_dir():
        raise OutputError(f"{path}: is a folder")
    if not os.access(path.parent, os.W_OK):
        raise OutputError(f"{path.parent}: cannot be written to")


def write_pair(path: Path, data: bytes, manifest: Manifest) -> None:
    """Writes a model and then its manifest.

    Between the two the old manifest refuses the new model by its hash, so no reader takes one for the other.

    Raises:
        OutputError: one of them cannot be written; both are as they were.
    """
    before = path.read_bytes() if path.exists() else None
    write_whole(path, data)
    try:
        write_whole(Manifest.beside(path), manifest.to_json().encode())
    except OutputError:
        with contextlib.suppress(OSError, OutputError):
            path.unlink() if before is None else write_whole(path, before)
        raise
