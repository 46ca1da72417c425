"""The rotated files of a log: how they are put away, compressed and, oldest first, deleted."""

import logging
import os
import threading
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from edge.outputs.log.compression import Compressor
from edge.outputs.log.limits import Limits
from edge.outputs.log.line_file import sync_folder
from edge.outputs.log.naming import LogName, Rotated

_PLAUSIBLE = date(2020, 1, 1)
"""Before this day no such log was written: the clock was not set yet."""

_logger = logging.getLogger(__name__)


class Archive:
    """The rotated files of one log. One process at a time may have it."""

    def __init__(self, name: LogName, limits: Limits):
        """Takes what is there as it is; `recover` comes first."""
        self._name = name
        self._limits = limits
        self._changes = threading.Lock()
        self._compressor = Compressor(self._changes)

    def recover(self) -> None:
        """Removes what a kill in mid-compression left, and takes up the compressing again. Raises OSError.

        Before anything is put away: a file that is being compressed looks just like one that was when a kill came.
        """
        for path in list(self._name.temporary()):
            path.unlink(missing_ok=True)
        for file in self._name.rotated():
            if all(path.exists() for path in file.paths):
                file.packed.unlink()  # the plain one goes last, so it is whole; FAT gives no such promise for the other
        self._compress()

    def put_away(self, path: Path, day: date) -> None:
        """Gives the file that was written until now its rotated name, and has it compressed. Raises OSError."""
        path.rename(self._name.following(self._name.rotated(), day).plain)
        sync_folder(path.parent)
        self._compress()

    def trim(self, today: date) -> None:
        """Deletes rotated files, oldest first, that are too old or too many. Raises OSError."""
        files = self._name.rotated()
        with self._changes:  # else one that was just compressed may count twice, and an old one would go for it
            sizes = {file.number: file.size() for file in files}
        allowed = self._limits.total - self._limits.size  # the file in use grows to `size` before anybody looks again
        for file, day in zip(files, _days(files, today), strict=True):
            old = self._limits.days is not None and today - day > timedelta(days=self._limits.days)
            if not old and sum(sizes.values()) <= allowed:
                break
            self._delete(file)
            del sizes[file.number]

    def make_room(self, size: int) -> int | None:
        """Deletes rotated files, oldest first, until the file system has `size` bytes beside those to be left free.

        Returns None where it has them at last, else how many bytes should be left. Raises OSError.
        """
        while True:
            system = os.statvfs(self._name.path.parent)
            floor = self._limits.floor(system.f_blocks * system.f_frsize)
            if not floor or system.f_bavail * system.f_frsize >= floor + size:
                return None
            if not self.delete_oldest():
                return floor

    def delete_oldest(self) -> bool:
        """Deletes the oldest rotated file. Returns False where there is none. Raises OSError."""
        files = self._name.rotated()
        if files:
            self._delete(files[0])
        return bool(files)

    def finish(self, timeout: float | None = None) -> bool:
        """Waits for what is being compressed; returns whether all is done."""
        return self._compressor.finish(timeout)

    def close(self) -> None:
        """Stops compressing; the next start takes it up again."""
        self._compressor.close()

    def _compress(self) -> None:
        self._compressor.add([file for file in self._name.rotated() if file.plain.exists()])

    def _delete(self, file: Rotated) -> None:
        with self._changes:
            for path in file.paths:
                with suppress(FileNotFoundError):
                    path.unlink()
                    _logger.info("%s: deleted, oldest first, to keep the log within its limits", path)


def _days(files: list[Rotated], today: date) -> list[date]:
    """The day of each file; where the clock was wrong, that of the next younger file: none goes or stays for that."""
    days: list[date] = []
    following = today
    for file in reversed(files):
        following = file.day if file.day is not None and _PLAUSIBLE <= file.day <= today else following
        days.append(following)
    return days[::-1]
