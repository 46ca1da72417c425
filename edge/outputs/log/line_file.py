"""The file that is being written: whole lines or none."""

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path

from edge.outputs.log.recovery import mend_tail


class LineFile:
    """A file to which lines are appended, each by one write. Nothing of a line stays where it does not fit as a whole.

    Attributes:
        size: its length in bytes; 0 for pipes and devices.
        regular: whether it is a file of its own, which may be rotated and cut.
        mended: whether a part of a line at its end had to be moved aside.
    """

    def __init__(self, path: Path, partial: Path):
        """Opens the file, or standard output where the path is "-".

        Args:
            path: created with its folders where they are missing.
            partial: where a part of a line is moved that a power cut left at the end.

        Raises:
            OSError: it cannot be opened; EBUSY where another process writes it.
        """
        self.mended = False
        self._file = os.dup(1) if str(path) == "-" else _open(path)
        try:
            self._on_disk = stat.S_ISREG(os.fstat(self._file).st_mode)  # pipes and devices cannot be synced
            self.regular = self._on_disk and str(path) != "-"
            if self.regular:
                _lock(self._file)
                self.mended = mend_tail(self._file, partial)
            self.size = os.fstat(self._file).st_size if self.regular else 0
        except OSError:
            os.close(self._file)
            raise
        self.unsynced = False

    def append(self, line: bytes) -> None:
        """Appends a line that ends with a line end. Raises OSError where that fails; the file is then as before."""
        written = 0
        try:
            while written < len(line):  # once, but for a nearly full disk or a pipe
                written += os.write(self._file, line[written:])
        except OSError:
            if written and self.regular:
                os.ftruncate(self._file, self.size)
            raise
        self.unsynced = True
        if self.regular:
            self.size += len(line)

    def first_line(self) -> bytes:
        """What the file begins with, up to 4096 bytes. Raises OSError."""
        return os.pread(self._file, 4096, 0).split(b"\n", 1)[0]

    def sync(self) -> None:
        """Has what was written reach the disk. Raises OSError."""
        if self._on_disk and self.unsynced:
            os.fdatasync(self._file)
        self.unsynced = False

    def is_at(self, path: Path) -> bool:
        """Whether the path still leads to this file. Raises OSError."""
        if not self.regular:
            return True
        try:
            return os.path.samestat(path.stat(), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def close(self) -> None:
        """Closes without syncing. What a failing disk says to that is of no use to anybody."""
        with suppress(OSError):
            os.close(self._file)


def sync_folder(folder: Path) -> None:
    """Has renamed and deleted names reach the disk. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems cannot
            raise
    finally:
        os.close(file)


def _open(path: Path) -> int:
    with suppress(FileExistsError):  # where that is a file, opening says so better
        path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)


def _lock(file: int) -> None:
    """Keeps a second process from rotating the file away. A lock of this kind dies with its process, and forks lack it.

    File systems without locks are written all the same.
    """
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise OSError(errno.EBUSY, "another process is writing it") from None
