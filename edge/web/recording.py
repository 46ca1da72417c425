"""A recording as if it were a camera: in its own time, and again from its start when it has ended."""

import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from edge.capture.source import SYSTEM_CLOCK, Clock, Stream
from edge.contract.records import CameraEvent, Frame

PATIENCE = 0.5
"""Seconds for which `read` waits at most."""
LATE = 0.2
"""Seconds by which a frame may be late and the next ones still catch up. On a board slower than the recording the
picture moves slower: no frame is left out, and the time between two frames stays the recording's own."""

_ALONE = 1.0
"""Seconds for which a picture without others is shown."""


class Repeated:
    """A stream that gives a recording's frames when they are due.

    Attributes:
        live: see `Stream`.
        description: see `Stream`.
        skipped: see `Stream`.
        dropped: see `Stream`.
        restarts: see `Stream`.
    """

    live = True
    dropped = restarts = 0

    def __init__(
        self,
        open_again: Callable[[], Stream],
        clock: Clock = SYSTEM_CLOCK,
        sleep: Callable[[float], None] = time.sleep,
    ):
        """Opens it for the first time.

        Args:
            open_again: opens the recording from its start; its frames' times begin with the present.
            clock: tells when a frame is due.
            sleep: waits for so many seconds.

        Raises:
            InputError: it cannot be opened.
        """
        self._open_again = open_again
        self._clock, self._sleep = clock, sleep
        self._source = open_again()
        self._next: Frame | None = None
        self._last = self._end = clock.mono()
        self._index = 0
        self._skipped = 0
        self._delay = 0.0
        self.description = self._source.description

    @property
    def skipped(self) -> int:
        """See `Stream`."""
        return self._skipped + self._source.skipped

    def read(self) -> Frame | CameraEvent | None:
        """The next frame when it is due; None where that is not within `PATIENCE`."""
        frame = self._next = self._next or self._following()
        if frame is None:
            return None
        early = frame.mono + self._delay - self._clock.mono()
        self._sleep(min(max(early, 0.0), PATIENCE))
        if early > PATIENCE:
            return None
        self._delay += max(0.0, -early - LATE)
        self._next = None
        return frame

    def close(self) -> None:
        """See `Stream`."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _following(self) -> Frame | None:
        """The next frame; after the last one the first again, when one frame's time has passed."""
        given = self._source.read()
        if given is None and self._clock.mono() >= self._end + self._delay:
            self._skipped += self._source.skipped
            self._source.close()
            self._source = self._open_again()
            self._delay = 0.0
            given = self._source.read()
        if not isinstance(given, Frame):
            self._sleep(min(max(self._end + self._delay - self._clock.mono(), 0.0), PATIENCE))
            return None
        gap = given.mono - self._last if given.mono > self._last else _ALONE
        self._last, self._end = given.mono, given.mono + min(gap, _ALONE)
        self._index += 1
        return replace(given, index=self._index - 1)
