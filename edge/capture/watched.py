"""A camera or stream that may be lost and come back."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

from edge.capture.backoff import Backoff
from edge.capture.credentials import description_of
from edge.capture.mailbox import Letter, Opening
from edge.capture.process import ReaderError, ReaderProcess
from edge.capture.settings import CaptureSettings
from edge.capture.source import SYSTEM_CLOCK, Clock
from edge.contract.errors import SourceError
from edge.contract.records import CameraEvent, Frame

_log = logging.getLogger(__name__)


class Reading(Protocol):
    """What `ReaderProcess` offers."""

    def take(self, timeout: float) -> Letter | Opening | None: ...

    def end(self) -> None: ...

    def ended(self) -> bool: ...

    def close(self) -> None: ...


class WatchedCamera:
    """Reads through a process of its own, which is ended and started again when it hangs, fails or dies.

    Attributes:
        live: see `Source`.
        description: see `Source`.
        skipped: see `Source`.
        dropped: see `Source`.
    """

    live = True

    def __init__(
        self,
        spec: str,
        settings: CaptureSettings | None = None,
        *,
        wait: bool = False,
        patience: float = 0.5,
        settled: float = 60.0,
        backoff: Backoff | None = None,
        clock: Clock = SYSTEM_CLOCK,
        sleep: Callable[[float], None] = time.sleep,
        launch: Callable[[str, CaptureSettings], Reading] = ReaderProcess,
    ):
        """Starts reading.

        Args:
            spec: a camera or stream, as `edge.capture.opening.open_source` takes it.
            settings: how to read it; None takes the defaults.
            wait: whether a camera that is not there is waited for, as a service does. Otherwise this returns with
                the first frame in hand, or raises.
            patience: seconds for which `read` waits at most.
            settled: seconds of frames after which a camera counts as well, and its next failure as the first.
            backoff: how long to wait between attempts; None takes the defaults.
            clock: tells how long frames have been missing, and stamps what happens.
            sleep: waits for so many seconds.
            launch: starts a reader.

        Raises:
            SourceError: the camera gives no frames, unless `wait`.
        """
        self.description = description_of(spec)
        self.skipped = self.dropped = 0
        self._starts = 0
        self._spec, self._settings = spec, settings or CaptureSettings()
        self._patience, self._settled = patience, settled
        self._backoff = backoff or Backoff()
        self._clock, self._sleep, self._launch = clock, sleep, launch
        self._reader: Reading | None = None
        self._ending: Reading | None = None
        self._counted = (0, 0)
        self._retry_at = -math.inf
        self._began = self._due = self._allowed = 0.0
        self._well_since: float | None = None
        self._lost = False
        self._held: Frame | None = None
        self._index = 0
        if not wait:
            self._await_first_frame()

    @property
    def restarts(self) -> int:
        """See `Source`."""
        return max(0, self._starts - 1)

    def read(self) -> Frame | CameraEvent | None:
        """The newest frame, or that the camera was lost or is back; None where nothing came for `patience` seconds."""
        if self._held is not None:
            frame, self._held = self._held, None
            return frame
        if self._reader is None:
            return self._start()
        try:
            taken = self._reader.take(self._patience)
        except ReaderError as gone:
            self._count(self._counted[0] if gone.skipped is None else gone.skipped, self._counted[1])
            return self._lose(str(gone))
        match taken:
            case Letter():
                return self._arrived(taken)
            case Opening():
                self._allow(self._settings.opening)
            case None if self._clock.mono() >= self._due:
                return self._lose(f"{self.description}: no frame for {self._allowed:g} s; check the cable or network")
        return None

    def close(self) -> None:
        """Ends the reader; closing twice does no harm."""
        for reader in (self._reader, self._ending):
            if reader is not None:
                reader.close()
        self._reader = self._ending = self._held = None
        self._retry_at = math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _await_first_frame(self) -> None:
        try:
            while self._held is None:
                match self.read():
                    case Frame() as frame:
                        self._held = frame
                    case CameraEvent() as event:
                        raise SourceError(event.reason)
        except BaseException:
            self.close()
            raise

    def _start(self) -> CameraEvent | None:
        """Starts a reader when it is time, and never beside one that still holds the camera."""
        now = self._clock.mono()
        if self._ending is not None and self._ending.ended():
            self._ending = None
        if self._ending is not None or now < self._retry_at:
            self._sleep(self._patience if self._ending is not None else min(self._patience, self._retry_at - now))
            return None
        try:
            self._reader = self._launch(self._spec, self._settings)
        except OSError as error:
            return self._lose(f"{self.description}: no process can be started to read it ({error.strerror})")
        self._starts += 1
        self._counted = (0, 0)
        self._well_since = None
        self._began = now
        self._allow(self._settings.opening)
        return None

    def _allow(self, seconds: float) -> None:
        """How long the next frame may take."""
        self._allowed = seconds
        self._due = self._clock.mono() + seconds

    def _arrived(self, letter: Letter) -> Frame | CameraEvent:
        now = self._clock.mono()
        self._allow(self._settings.lost_after)
        self._count(letter.skipped, letter.dropped)
        if self._well_since is None:
            self._well_since = now
        elif now - self._well_since >= self._settled:
            self._backoff.reset()
        frame = replace(letter.frame, index=self._index)
        self._index += 1
        if not self._lost:
            return frame
        self._lost, self._held = False, frame
        return CameraEvent(frame.time, frame.mono, "back")

    def _lose(self, reason: str) -> CameraEvent | None:
        """Ends the reader and sees when to try again; said only once until the camera is back.

        An attempt that took long and gave nothing counts as a part of the wait, so that a camera that came back just
        when it had failed is not kept waiting for both.
        """
        now = self._clock.mono()
        since = now
        if self._reader is not None:
            self._reader.end()
            self._reader, self._ending = None, self._reader
            since = self._began if self._well_since is None else now
        self._retry_at = since + self._backoff.wait()
        _log.info("%s (next attempt in %.1f s)", reason, max(0.0, self._retry_at - now))
        if self._lost:
            return None
        self._lost = True
        return CameraEvent(self._clock.time(), self._clock.mono(), "lost", reason)

    def _count(self, skipped: int, dropped: int) -> None:
        """Adds what is new in a reader's own counts, which start at 0 with every reader."""
        self.skipped += skipped - self._counted[0]
        self.dropped += dropped - self._counted[1]
        self._counted = (skipped, dropped)
