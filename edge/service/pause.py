"""Looking away on demand: while a file exists, nothing is analysed."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

INTERVAL = 1.0
"""Seconds between two looks at the file; a pause begins and ends no later than this."""


class Pause:
    """Whether the pause file exists. Anybody who may make a file there can stop the analysis: `touch FILE`."""

    def __init__(self, file: Path | None, mono: Callable[[], float] = monotonic):
        """Takes the file's path, None for never paused, and a clock in seconds that does not run backwards."""
        self._file = file
        self._mono = mono
        self._looked: float | None = None
        self._paused = False

    @property
    def active(self) -> bool:
        """Whether to look away now.

        Where the file's folder cannot be read nobody knows, and what was asked for may be privacy: paused.
        """
        now = self._mono()
        if self._file is not None and (self._looked is None or now - self._looked >= INTERVAL):
            self._looked = now
            self._paused = _exists(self._file)
        return self._paused


def _exists(file: Path) -> bool:
    try:
        file.lstat()  # a link that points nowhere is a file that somebody made, too
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
