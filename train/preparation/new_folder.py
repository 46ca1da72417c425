"""Folders that are written whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edge.contract.errors import OutputError


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Gives a temporary folder beside `path`, which gets that name at the end; on any failure it is removed.

    Raises:
        OutputError: there is something at `path` other than an empty folder, or it cannot be written (also where
            the body raises OSError).
    """
    final = path.resolve()
    temporary = final.with_name(f".{final.name}-{os.getpid()}")
    try:
        if final.is_dir() and any(final.iterdir()):
            raise OutputError(f"{path} is not empty; give a new folder: none is ever overwritten")
        if final.exists() and not final.is_dir():
            raise OutputError(f"{path} is a file; give a new folder")
        temporary.mkdir(parents=True)
        try:
            yield temporary
            os.replace(temporary, final)
        finally:
            with suppress(FileNotFoundError):
                shutil.rmtree(temporary)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
