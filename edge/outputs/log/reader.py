"""Reads events back: of one log or several, over all their files, in the order of time."""

import json
import math
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from heapq import merge
from io import BufferedIOBase
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from edge.outputs.log.parts import log_of, parts_of, unique

_BLOCK = 1 << 20
_LONGEST = 1 << 16
"""Bytes; no event comes near. What is longer is no line but what a failing card made of it."""
_LAST = 253370764800.0
"""The year 9999 begins; times outside of 1970 to then have no local form."""
_HEAD = b'{"v":1,"event":"'
"""How each of our own lines begins, so that kinds that nobody asked for need not be parsed."""


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # one for all lines: `json.loads` would make one for each


class Entry(NamedTuple):
    """One event. `time` is UTC in seconds, corrected where the record's clock was not set and a later one tells how.

    `synced` is False where the time is not to be trusted: the clock was not set, and nothing says how far it was off.
    `log` tells the logs apart that are read together: the file in use, for what was rotated from it too.
    """

    time: float
    synced: bool
    event: dict[str, Any]
    log: Path


class LogReader:
    """Iterates over the events of logs that may be written meanwhile. Holds no more than a block of each in memory.

    Attributes:
        events: lines that are, so far, those of other kinds too.
        broken: lines that are no events, so far.
        lost: files that could not be read to their end, so far.
    """

    def __init__(self, paths: Sequence[Path], kinds: Collection[str] | None = None):
        """Takes what to read.

        Args:
            paths: logs, each by the name of the file in use: what was rotated comes with it. Several are merged by
                time. A rotated file may be named alone.
            kinds: the events to give; None for all.

        Raises:
            InputError: a folder may not be entered or listed.
        """
        self.events = 0
        self.broken = 0
        self.lost = 0
        self._paths = unique(list(paths))
        self._kinds = None if kinds is None else {kind.encode() for kind in kinds}

    def __iter__(self) -> Iterator[Entry]:
        """The events. Raises InputError where a log is not there or must not be read."""
        logs = [self._events(path) for path in self._paths]
        return merge(*logs, key=attrgetter("time")) if len(logs) > 1 else iter(logs[0] if logs else ())

    def _events(self, path: Path) -> Iterator[Entry]:
        offsets: dict[str, float] | None = None
        log = log_of(path)
        for line in self._lines(path):
            if self._is_skipped(line):
                self.events += 1
                continue
            entry = _parse(line, log)
            if entry is None:
                self.broken += bool(line.strip())
                continue
            self.events += 1
            if not entry.synced:
                offsets = _offsets(path) if offsets is None else offsets
                entry = _corrected(entry, offsets)
            if self._kinds is None or entry.event["event"].encode() in self._kinds:
                yield entry

    def _is_skipped(self, line: bytes) -> bool:
        if self._kinds is None or not line.startswith(_HEAD) or not line.endswith(b"}"):
            return False
        return line[len(_HEAD) : line.find(b'"', len(_HEAD))] not in self._kinds

    def _lines(self, path: Path) -> Iterator[bytes]:
        return _lines_of(path, self._lose)

    def _lose(self) -> None:
        self.lost += 1


def _lines_of(path: Path, lose: Callable[[], None]) -> Iterator[bytes]:
    parts, current = parts_of(path)
    for part in parts:
        file = part.open()
        if file is not None:
            yield from _split(file, lose)
    if current is not None:
        yield from _split(current, lose)


def _split(file: BufferedIOBase, lose: Callable[[], None]) -> Iterator[bytes]:
    """A file's lines without their ends. Of one that is too long only the beginning is kept."""
    rest = b""
    with file:
        while True:
            try:
                block = file.read1(_BLOCK)  # a damaged file gives all that is before the damage
            except (OSError, EOFError, zlib.error):  # a bad sector, or a compressed file that was cut or damaged
                lose()
                block = b""
            if not block:
                break
            lines = (rest + block).split(b"\n")
            rest = lines.pop()[:_LONGEST]
            yield from lines
    if rest:
        yield rest


def _parse(line: bytes, log: Path) -> Entry | None:
    """The event in a line; None where it is none."""
    try:
        event = _DECODER.decode(str(line, "utf-8"))
        kind, time = event["event"], datetime.fromisoformat(event["ts"]).timestamp()
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    if not isinstance(kind, str) or not 0 <= time < _LAST:
        return None
    return Entry(time, event.get("synced") is not False, event, log)


def _offsets(path: Path) -> dict[str, float]:
    """UTC minus monotonic time for each boot whose clock was set at last: from its `clock` event, or a later start."""
    clocks: dict[str, float] = {}
    starts: dict[str, float] = {}
    for line in _lines_of(path, lambda: None):
        if b'"clock"' not in line and b'"start"' not in line:
            continue
        entry = _parse(line, path)
        mono = None if entry is None else _number(entry.event.get("mono"))
        if entry is None or mono is None or not entry.synced:
            continue
        boot, offset = str(entry.event.get("boot")), _number(entry.event.get("offset"))
        if entry.event["event"] == "clock" and offset is not None:
            clocks.setdefault(boot, offset)
        elif entry.event["event"] == "start":
            starts.setdefault(boot, entry.time - mono)
    return {boot: offset for boot, offset in (starts | clocks).items() if boot != "unknown"}


def _corrected(entry: Entry, offsets: dict[str, float]) -> Entry:
    mono, offset = _number(entry.event.get("mono")), offsets.get(str(entry.event.get("boot")))
    if mono is None or offset is None or not 0 <= offset + mono < _LAST:
        return entry
    return entry._replace(time=offset + mono, synced=True)


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
