"""A folder for what a measurement writes and nobody keeps."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.contract.errors import OutputError


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder that is gone afterwards. Raises OutputError where none can be made."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="emotion-edge-bench-")
    except OSError as error:
        raise OutputError(f"no temporary folder can be made ({error.strerror}); set TMPDIR to one") from None
    with folder as name:
        yield Path(name)
