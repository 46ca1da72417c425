"""The event log: JSON Lines, one whole line a write."""

import json
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.contract.errors import OutputError
from edge.contract.records import Moment
from edge.outputs.events import events_of

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class EventLog:
    """Appends the events of each moment to a file, or writes them to standard output where the path is "-"."""

    def __init__(self, path: Path, camera: str):
        """Opens the log. Raises OutputError where it cannot be written.

        Args:
            path: created with its folders where they are missing; an existing log is continued.
            camera: the name that every record carries.
        """
        self._path = path
        self._camera = camera
        self._boot = boot_id()
        try:
            self._file = os.dup(1) if str(path) == "-" else _open(path)
        except OSError as error:
            raise OutputError(f"{path}: the log cannot be written ({error.strerror})") from None

    def handle(self, moment: Moment) -> None:
        """Writes the moment's events. Raises OutputError where that fails."""
        for event in events_of(moment, self._camera, self._boot):
            # json.dumps escapes every control character and all but ASCII, so an event is one line whatever it holds.
            line = json.dumps(event, separators=(",", ":"), allow_nan=False) + "\n"
            try:
                _write_line(self._file, line.encode("ascii"))
            except OSError as error:
                raise OutputError(f"{self._path}: the log cannot be written ({error.strerror})") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if stat.S_ISREG(os.fstat(self._file).st_mode):  # pipes and devices cannot be synced
                os.fsync(self._file)
        finally:
            os.close(self._file)


def boot_id() -> str:
    """What tells this boot of the machine from every other; "unknown" where the system does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return "unknown"


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        os.write(file, b"\n")  # a line that a power cut left half written must not swallow the next one
    return file


def _write_line(file: int, line: bytes) -> None:
    written = os.write(file, line)
    while written < len(line):  # only a nearly full disk or a pipe takes a part
        written += os.write(file, line[written:])
