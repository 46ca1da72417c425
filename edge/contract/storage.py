"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from edge.contract.errors import OutputError


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a file beside its final place, syncs it and moves it there, so that no reader ever sees a part.

    Args:
        path: the final place.
        data: all of it.
        mode: who may read and write it.

    Raises:
        OutputError: the folder is not there or not writable, or the disk is full; the old file, if any, is unchanged.
    """
    with whole_file(path, mode) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """A file to write into that appears at its place when the block ends, and not where an error ends it.

    Raises:
        OutputError: as `write_whole`, for any OSError inside the block too.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = file.name
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
