"""How far a long run is, on a terminal."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from edge.terminal.messages import talkative

_WIDTH = 30
_EVERY = 0.2
"""Seconds between two drawings."""


class Progress:
    """A bar on standard error while it is a terminal; nothing otherwise, and with --quiet. Leaving wipes it out."""

    def __init__(self, total: int, what: str, stream: TextIO | None = None, now: Callable[[], float] = time.monotonic):
        """Takes the number of steps and what to call them."""
        self._total = total
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._now = now
        self._shown = self._stream.isatty() and talkative()
        self._done = 0
        self._drawn = -_EVERY

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        if self._shown and self._now() - self._drawn >= _EVERY:
            full = min(_WIDTH, _WIDTH * self._done // self._total)
            bar = "█" * full + "░" * (_WIDTH - full)
            self._stream.write(f"\r{self._what} {bar} {self._done}/{self._total}")
            self._stream.flush()
            self._drawn = self._now()

    def wipe(self) -> None:
        """Makes room for a line of something else; the next step draws the bar again."""
        if self._shown:
            self._stream.write("\r\033[K")
            self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()
