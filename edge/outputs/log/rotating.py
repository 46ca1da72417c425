"""A log as one stream of lines over several files: the one in use and those rotated before it."""

import errno
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from edge.outputs.log.archive import Archive
from edge.outputs.log.limits import Limits
from edge.outputs.log.line_file import LineFile, sync_folder
from edge.outputs.log.naming import LogName, behind_link

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What a full disk, or a user's full share of it, answers."""

T = TypeVar("T")

_logger = logging.getLogger(__name__)


class RotatingFile:
    """Appends lines; begins a new file each day and at a size, and keeps all of them within limits.

    Days are UTC's, as the records' times are: a file holds exactly what its name says, whatever becomes of time zones,
    and no day has 23 or 25 hours. Readers choose events by their times, so nobody needs to know where a file ends.

    After an OSError of any method the next `write` begins by opening the file again. For one thread.

    Attributes:
        mended: parts of lines that were moved aside so far.
    """

    def __init__(self, path: Path, limits: Limits, now: Callable[[], float] = time.monotonic):
        """Opens nothing yet.

        Args:
            path: the file; pipes, devices and "-" for standard output are written as they are. Of a symbolic link the
                file behind it is meant, which is found once.
            limits: how large and old everything may become.
            now: seconds that never run backwards.
        """
        self.mended = 0
        self._name = LogName(behind_link(path))
        self._limits = limits
        self._now = now
        self._archive = Archive(self._name, limits)
        self._file: LineFile | None = None
        self._day: date | None = None
        self._waiting_since: float | None = None
        self._asked = False
        self._fixed = False
        self._recovered = False
        self._trimmed = False

    def open(self) -> None:
        """Opens the file and puts in order what a kill or power cut left. Raises OSError."""
        self._asked = False
        try:
            self._open()
        except OSError:
            self._drop()
            raise

    def write(self, line: bytes, day: date) -> None:
        """Appends a line that ends with a line end; where the disk is full, deletes rotated files for it.

        Args:
            line: the line.
            day: the UTC day of what it tells.

        Raises:
            OSError: it cannot be written, nor was a part of it.
        """
        file = self._opened()
        try:
            if file.regular:
                floor = self._archive.make_room(len(line))
                if floor is not None:
                    raise OSError(errno.ENOSPC, f"less than {floor:,} bytes free")
                if self._is_due(file, len(line), day):
                    self._guarded(self._rotate, file, day)
                    file = self._opened()
                if not self._trimmed:  # limits may have been changed since the last start
                    self._guarded(self._archive.trim, day)
                    self._trimmed = True
                self._day = self._day or day
                self._with_room(lambda: file.append(line))
            else:
                file.append(line)
        except OSError as error:
            if error.errno not in FULL:
                self._drop()
            raise
        if self._waiting_since is None:
            self._waiting_since = self._now()

    def tick(self) -> None:
        """Syncs where a line has waited for it long enough. Raises OSError."""
        if self._waiting_since is not None and self._now() - self._waiting_since >= self._limits.sync:
            self.sync()

    def sync(self) -> None:
        """Has what was written reach the disk. Raises OSError: the last lines may be lost."""
        self._waiting_since = None
        if self._file is None:
            return
        try:
            self._file.sync()
            self._asked = self._asked or not self._file.is_at(self._name.path)  # somebody moved or deleted it
        except OSError:
            self._drop()
            raise

    def reopen(self) -> None:
        """Asks for the file to be opened again by its name, as after logrotate. May be called by a signal handler."""
        self._asked = True

    def close(self) -> None:
        """Syncs and closes. Raises OSError."""
        try:
            self.sync()
        finally:
            self._drop()
            self._archive.close()

    def finish(self, timeout: float | None = None) -> bool:
        """Waits for files that are being compressed; returns whether all are."""
        return self._archive.finish(timeout)

    def _opened(self) -> LineFile:
        if self._asked and self._file is not None:
            self.sync()
            self._drop()
        if self._file is None:
            self.open()
        assert self._file is not None
        return self._file

    def _open(self) -> None:
        name = self._name
        self._file = file = self._with_room(lambda: LineFile(name.path, name.partial))
        if file.mended:
            self.mended += 1
            _logger.warning("%s: its last line was cut off; moved to %s", name.path, name.partial.name)
        if file.regular:
            self._guarded(sync_folder, name.path.parent)
            self._day = self._day_of(file) if file.size else None
            if not self._recovered:  # once: later the compressor is at work on just such files
                self._guarded(self._archive.recover)
                self._recovered = True

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None

    def _with_room(self, step: Callable[[], T]) -> T:
        """Deletes rotated files, oldest first, until a step does not fail for a full disk any more."""
        while True:
            try:
                return step()
            except OSError as error:
                if error.errno not in FULL or not self._archive.delete_oldest():
                    raise

    def _is_due(self, file: LineFile, more: int, day: date) -> bool:
        if not file.size or self._fixed:
            return False
        return day != self._day or file.size + more > self._limits.size

    def _rotate(self, file: LineFile, today: date) -> None:
        try:
            file.sync()
            self._archive.put_away(self._name.path, self._day or today)
        finally:
            self._drop()  # whatever failed, by now the file may have its other name
        self.open()
        self._archive.trim(today)

    def _guarded(self, step: Callable[..., None], *arguments: object) -> None:
        """A file of ours in somebody else's folder can be written, if not rotated."""
        try:
            step(*arguments)
        except PermissionError as error:
            if not self._fixed:
                _logger.warning("%s: is not rotated (%s)", self._name.path, error.strerror)
            self._fixed = True

    def _day_of(self, file: LineFile) -> date:
        """The day of a file's first event; where that is broken, of its last change."""
        try:
            return datetime.fromisoformat(json.loads(file.first_line())["ts"]).astimezone(UTC).date()
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return datetime.fromtimestamp(self._name.path.stat().st_mtime, UTC).date()
