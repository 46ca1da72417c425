"""What a run tells the service manager: ready, alive, how it goes, stopping.

The protocol is systemd's sd_notify(3): datagrams of VARIABLE=value lines to the socket named by NOTIFY_SOCKET. It needs
no library. Outside systemd the variable is not set, and everything here does nothing.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from edge.contract.records import Analysis, CameraEvent, Moment, Pause, Start, Stop

_log = logging.getLogger(__name__)

_PATIENCE = 2.0
"""Seconds to wait for a service manager that is too busy to take a message."""


class Notifier:
    """Sends messages to the service manager, or nowhere. No method ever raises: a run does not end for a status."""

    def __init__(self, address: str | None):
        """Takes the socket's address: a path, an abstract name with "@" in front, or None to send nothing."""
        if address and address[0] not in "/@":
            _log.warning("NOTIFY_SOCKET %r is neither a path nor an abstract address; systemd is told nothing", address)
            address = None
        self._address = address or None

    @property
    def listening(self) -> bool:
        """Whether there is a service manager."""
        return self._address is not None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The notifier that systemd asked for, if it did."""
        return cls(environment.get("NOTIFY_SOCKET"))

    def ready(self, status: str = "") -> bool:
        """Start-up is complete."""
        return self._send("READY=1", *_status(status))

    def status(self, text: str) -> bool:
        """One line for people, shown by `systemctl status`; line breaks and control characters become spaces."""
        return self._send(*_status(text))

    def alive(self) -> bool:
        """Feeds the watchdog."""
        return self._send("WATCHDOG=1")

    def stopping(self, status: str = "") -> bool:
        """The run is about to end."""
        return self._send("STOPPING=1", *_status(status))

    def _send(self, *lines: str) -> bool:
        """Whether the message was taken, or there is nobody to take it."""
        if self._address is None or not lines:
            return True
        # A leading "@" stands for the zero byte that Linux has in front of abstract names.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.settimeout(_PATIENCE)
                channel.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            _log.warning("systemd cannot be told %s (%s)", lines[0], error)
            return False
        return True


def _status(text: str) -> tuple[str, ...]:
    # Text from outside (a camera's name) must not become a second VARIABLE=value line.
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return (f"STATUS={clean}",) if clean else ()


def watchdog_period(environment: Mapping[str, str] = os.environ) -> float | None:
    """Seconds within which systemd expects a sign of life from this process; None where it expects none.

    As sd_watchdog_enabled(3): WATCHDOG_USEC holds microseconds, and WATCHDOG_PID, where set, the process it is for, so
    that a child that inherits both does not answer for its parent.
    """
    try:
        period = int(environment.get("WATCHDOG_USEC", "0")) / 1e6
        process = int(environment.get("WATCHDOG_PID", os.getpid()))
    except ValueError:
        _log.warning("WATCHDOG_USEC or WATCHDOG_PID is not a number; the watchdog is not fed")
        return None
    return period if period > 0 and process == os.getpid() else None


class Supervision:
    """An output that keeps systemd informed: `READY=1` at the first moment, a status line, and the watchdog's food.

    There is no thread here on purpose. The watchdog is fed when a frame has been looked at and when the loop has come
    back from waiting for one, and at no other time: a loop that hangs is found out within the watchdog's period. A
    camera that stalls is not the watchdog's business: it is opened anew after `camera.stale_after`, however long that
    is.
    """

    def __init__(
        self,
        notifier: Notifier,
        period: float | None = None,
        *,
        refresh: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Sends nothing yet.

        Args:
            notifier: where messages go.
            period: the watchdog's, in seconds (`watchdog_period`); it is fed twice as often. None: not at all.
            refresh: seconds between two status lines, over which the frame rate is the mean.
            clock: seconds that never run backwards. Not the frames' own time, which in a recording runs as fast as it
                is read.
        """
        self._notifier = notifier
        self._pause = None if period is None else period / 2
        self._refresh = refresh
        self._clock = clock
        self._source = ""
        self._away: str | None = None
        self._ready = self._stopping = False
        self._frames = self._faces = self._seen = 0
        self._fed = self._told = clock()

    @classmethod
    def from_environment(cls) -> Self:
        """As systemd asked for by this process's environment; outside systemd it does nothing."""
        return cls(Notifier.from_environment(), watchdog_period())

    def handle(self, moment: Moment) -> None:
        """Follows a run by its moments."""
        match moment:
            case Start():
                self._source = moment.source
                self._report(f"looking at {moment.source}")
                self._feed()
            case Analysis():
                self._look(moment)
            case CameraEvent() | Pause():
                self._note(moment)
            case Stop():
                self._stop(f"stopped ({moment.reason}): {moment.frames} frames, {moment.faces} faces seen")

    def rest(self, why: str) -> None:
        """The loop looks at nothing, with the reason, such as "no camera: unplugged"; to be called at every turn.

        An empty reason is that the next frame is merely awaited, which is no news.
        """
        if why and why != self._away:
            self._away, self._faces = why, 0
            self._report(why)
        self._feed()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop("" if error is None else f"ends: {error or type(error).__name__}")

    def _note(self, moment: CameraEvent | Pause) -> None:
        """Leaves a line in the journal, where the run's own output, which says so too, does not go."""
        if self._notifier.listening:
            what = "camera" if isinstance(moment, CameraEvent) else "pause"
            why = getattr(moment, "reason", "")
            _log.warning("%s %s%s", what, moment.state, f": {why}" if why else "")

    def _look(self, analysis: Analysis) -> None:
        back, self._away = self._away is not None, None
        self._frames += 1
        self._faces = len(analysis.observations)
        self._seen += sum(seen.started for seen in analysis.observations)
        elapsed = self._clock() - self._told
        if back:
            self._report(f"looking at {self._source} again")
        elif elapsed >= self._refresh:
            self._report(self._line(self._frames / elapsed))
        self._feed()

    def _line(self, fps: float) -> str:
        return f"looking at {self._source}: {fps:.1f} fps; faces: {self._faces} now, {self._seen} since the start"

    def _report(self, line: str) -> None:
        self._frames, self._told = 0, self._clock()
        if self._ready:
            self._notifier.status(line)
        else:
            self._ready = self._notifier.ready(line)

    def _feed(self) -> None:
        now = self._clock()
        # A message that was not taken is sent again with the next frame, not half a period later.
        if self._pause is not None and now - self._fed >= self._pause and self._notifier.alive():
            self._fed = now

    def _stop(self, line: str) -> None:
        if not self._stopping:
            self._stopping = self._notifier.stopping(line)
