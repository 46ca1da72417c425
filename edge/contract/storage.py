"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from edge.contract.errors import OutputError


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its final place, syncs it and moves it there, so that no reader ever sees a part.

    Raises:
        OutputError: the folder is not there or not writable, or the disk is full; the old file, if any, is unchanged.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
