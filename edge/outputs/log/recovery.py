"""What a power cut leaves at the end of a file: a part of a line, or zeros that were never written over."""

import json
import os
from pathlib import Path

_BLOCK = 4096
_KEPT = 65536
"""Bytes of `.partial` file that are kept; it is for finding out what happened, not for reading events."""


def mend_tail(file: int, partial: Path) -> bool:
    """Makes a file end with a whole line. Returns whether a part of a line had to be moved aside.

    A last line that lacks nothing but its line end is given one. Anything else after the last line end is appended
    to `partial` and then cut off, so that a kill in between loses nothing.

    Args:
        file: open for reading and appending.
        partial: where the part goes.

    Raises:
        OSError: the file system refuses.
    """
    size = os.fstat(file).st_size
    whole = _after_last_line(file, size)
    if whole == size:
        return False
    tail = os.pread(file, min(size - whole, _KEPT), whole)
    if size - whole <= _KEPT and _is_event(tail):
        os.write(file, b"\n")
        return False
    try:
        _keep(partial, tail)
    except PermissionError:  # a file of ours in a folder of others: it stays where it is, as a line that is none
        os.write(file, b"\n")
        return True
    os.ftruncate(file, whole)
    os.fsync(file)
    return True


def _after_last_line(file: int, size: int) -> int:
    """The position after the last line end, 0 where there is none."""
    end = size
    while end > 0:
        begin = max(0, end - _BLOCK)
        found = os.pread(file, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _is_event(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _keep(partial: Path, tail: bytes) -> None:
    full = partial.exists() and partial.stat().st_size + len(tail) >= _KEPT
    with partial.open("wb" if full else "ab") as file:
        file.write(tail + b"\n")
        file.flush()
        os.fsync(file.fileno())
