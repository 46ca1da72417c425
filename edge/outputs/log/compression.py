"""Rotated files are compressed in the background, so that no frame waits for it."""

import gzip
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from edge.outputs.log.line_file import sync_folder
from edge.outputs.log.naming import Rotated

_BLOCK = 1 << 16
_NICE = 19
"""The lowest priority. On Linux it can be given to one thread; zlib lets the others run meanwhile."""

_logger = logging.getLogger(__name__)


class Compressor:
    """Compresses files one after the other in a thread that ends when there are no more.

    A file is compressed under a temporary name, synced, renamed, and only then is the plain one deleted: a kill at
    any moment leaves each line in a whole file, and never the compressed file alone in part.
    """

    def __init__(self, changes: threading.Lock):
        """`changes` is held while names change, by whoever else deletes rotated files too."""
        self._changes = changes
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._waiting: list[Rotated] = []
        self._hand = threading.Lock()

    def add(self, files: list[Rotated]) -> None:
        """Takes the plain files among these that do not wait already; returns at once."""
        with self._hand:
            self._waiting += [file for file in files if file not in self._waiting]
            if self._waiting and (self._thread is None or not self._thread.is_alive()):
                # A daemon: neither a crash nor an exit may wait for it. What it began is removed at the next start.
                self._thread = threading.Thread(target=self._work, name="log-compressor", daemon=True)
                self._thread.start()

    def finish(self, timeout: float | None = None) -> bool:
        """Waits until all is done. Returns whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self._thread is None

    def close(self) -> None:
        """Gives up what is being compressed; the next start takes it up again."""
        self._stop.set()
        self.finish(timeout=2.0)

    def _work(self) -> None:
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while (file := self._next()) is not None:
            try:
                compress(file, self._changes, self._stop.is_set)
            except OSError as error:  # a full disk above all; the plain file stays, and is tried again later
                _logger.info("%s: not compressed (%s)", file.plain, error.strerror)

    def _next(self) -> Rotated | None:
        with self._hand:
            if self._waiting and not self._stop.is_set():
                return self._waiting.pop(0)
            self._thread = None
            return None


def compress(file: Rotated, changes: threading.Lock, stopped: Callable[[], bool] = lambda: False) -> None:
    """Replaces a plain rotated file by a compressed one, unless `stopped` says to give up.

    Raises:
        OSError: the file system refuses; the plain file is there still.
    """
    try:
        if not _copy(file.plain, file.temporary, stopped):
            return
        with changes:
            if file.plain.exists():  # else it was deleted meanwhile to make room, and must not come back
                file.temporary.rename(file.packed)
                sync_folder(file.packed.parent)
                file.plain.unlink()
    finally:
        file.temporary.unlink(missing_ok=True)


def _copy(plain: Path, packed: Path, stopped: Callable[[], bool]) -> bool:
    with plain.open("rb") as source, packed.open("wb") as target:
        with gzip.GzipFile(fileobj=target, filename="", mode="wb", compresslevel=6) as packing:
            while block := source.read(_BLOCK):
                if stopped():
                    return False
                packing.write(block)
        target.flush()
        like = os.fstat(source.fileno())
        os.fchmod(target.fileno(), like.st_mode & 0o777)  # who could not read it before cannot now
        os.utime(target.fileno(), ns=(like.st_atime_ns, like.st_mtime_ns))
        os.fsync(target.fileno())
    return True
