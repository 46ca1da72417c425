"""The event log: JSON Lines, one whole line a write, for months on a small card."""

import json
import logging
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.contract.errors import OutputError
from edge.contract.records import Analysis, Moment, Stop
from edge.outputs.events import Event
from edge.outputs.log.limits import Limits
from edge.outputs.log.rotating import RotatingFile
from edge.outputs.scribe import Scribe, boot_id

__all__ = ["EventLog", "boot_id", "encode"]

_RETRY = (1.0, 30.0)
"""Seconds from a failure to the next attempt: at first, doubled each time, and at most."""

_logger = logging.getLogger(__name__)


class EventLog:
    """Appends the events of each moment to a file, or writes them to standard output where the path is "-".

    What happens in the camera's picture often, faces, is synced every few seconds; all else at once.

    Attributes:
        lost: events that could not be written since the start of the run.
    """

    def __init__(
        self,
        path: Path,
        scribe: Scribe | str,
        limits: Limits | None = None,
        *,
        strict: bool = True,
        now: Callable[[], float] = time.monotonic,
    ):
        """Opens the log.

        Args:
            path: created with its folders where they are missing; an existing log is continued.
            scribe: says what is logged, or the camera's name for what is logged by default.
            limits: how large and old the log may become; None for `Limits()`.
            strict: whether a log that cannot be written is an error, as for a command at a terminal. Where not, as in
                a service, events that cannot be written are counted, and from time to time the log is tried again.
            now: seconds that never run backwards.

        Raises:
            OutputError: it cannot be written, and `strict`.
        """
        self._path = path
        self._scribe = Scribe(scribe) if isinstance(scribe, str) else scribe
        self._strict = strict
        self._now = now
        self._file = RotatingFile(path, limits or Limits(), now)
        self.lost = 0
        self._told = 0
        self._dropped = 0
        self._since = 0.0
        self._reason = ""
        self._retry_at = 0.0
        self._pause = _RETRY[0]
        try:
            self._file.open()
        except OSError as error:
            self._fail(error)

    def handle(self, moment: Moment) -> None:
        """Writes the moment's events. Raises OutputError where that fails and the log is strict."""
        for event in self._scribe.events(moment):
            self._put(event, moment)
        if not self._reason:
            self._sync(now=not isinstance(moment, Analysis))

    def count(self, moment: Moment) -> int:
        """How many events would be written of a moment. For any thread."""
        return self._scribe.count(moment)

    def missed(self, count: int, first: Moment) -> None:
        """Puts on record that so many events, from `first` on, never came here because writing took too long."""
        if self._put(self._scribe.dropped(first, count, first.time, "writing takes too long"), first, count):
            self.lost += count

    def reopen(self) -> None:
        """Opens the file again by its name before the next event, as logrotate wants on SIGHUP.

        May be called from a signal handler.
        """
        self._file.reopen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError as failure:
            if kind is None:
                self._fail(failure)

    def _put(self, event: Event, moment: Moment, weight: int = 1) -> bool:
        """Writes an event and returns whether that worked; where not, as many are lost as it stands for."""
        if self._reason and self._now() < self._retry_at and not isinstance(moment, Stop):
            self._drop(moment, weight)
            return False
        try:
            if self._reason:
                self._resume(event, moment)
            else:
                self._write(event)
        except OSError as error:
            self._drop(moment, weight)
            self._fail(error)
            return False
        return True

    def _resume(self, event: Event, moment: Moment) -> None:
        """Tries the log again. A failing disk may take lines and lose them: only when they are synced it is well."""
        if self._dropped:
            self._write(self._scribe.dropped(moment, self._dropped, self._since, self._reason))
            self._file.sync()
        lost, self._dropped = self._dropped, 0
        self._write(event)
        self._file.sync()
        _logger.warning("%s: written again; %d events were lost", self._path, lost)
        self._reason, self._pause = "", _RETRY[0]

    def _write(self, event: Event) -> None:
        if event["event"] == "start" and self._file.mended > self._told:
            event = {**event, "partial_lines": self._file.mended - self._told}
            self._told = self._file.mended
        self._file.write(encode(event), date.fromisoformat(event["ts"][:10]))

    def _sync(self, now: bool) -> None:
        try:
            if now:
                self._file.sync()
            else:
                self._file.tick()
        except OSError as error:
            self._fail(error)

    def _drop(self, moment: Moment, count: int) -> None:
        if not self._dropped:
            self._since = moment.time
        self._dropped += count
        self.lost += count

    def _fail(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        if self._strict:
            raise OutputError(f"{self._path}: the log cannot be written ({reason})") from None
        if not self._reason:
            _logger.warning("%s: the log cannot be written (%s); it is tried again", self._path, reason)
        self._reason = reason
        self._retry_at = self._now() + self._pause
        self._pause = min(2 * self._pause, _RETRY[1])


def encode(event: Event) -> bytes:
    """An event as one line, whatever it holds: JSON escapes every control character and all but ASCII."""
    return (json.dumps(event, separators=(",", ":"), allow_nan=False) + "\n").encode("ascii")
