"""What faces showed in the last minutes, second by second: sums, no faces."""

import math
import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

SPAN = 300
"""Seconds that are remembered."""


@dataclass(slots=True)
class _Second:
    """One second of the stream: how many frames it had, and how often each emotion was shown in them."""

    second: int
    frames: int = 0
    shown: Counter[str] = field(default_factory=Counter)


class Timeline:
    """Remembers `SPAN` seconds. Written by the run and read by the server's thread."""

    def __init__(self, span: int = SPAN):
        """Takes how many seconds to remember."""
        self._span = span
        self._seconds: deque[_Second] = deque()
        self._lock = threading.Lock()  # held for the copying of small numbers only

    def add(self, mono: float, emotions: Iterable[str]) -> None:
        """Adds the faces of a frame that was taken at `mono`; a frame from before the last begins anew."""
        second = math.floor(mono)
        with self._lock:
            if self._seconds and second < self._seconds[-1].second:
                self._seconds.clear()
            if not self._seconds or second > self._seconds[-1].second:
                self._seconds.append(_Second(second))
            while self._seconds[0].second <= second - self._span:
                self._seconds.popleft()
            last = self._seconds[-1]
            last.frames += 1
            last.shown.update(emotions)

    def since(self, second: int) -> list[tuple[int, dict[str, float]]]:
        """The seconds from this one on: each with how many faces showed each emotion, on average over its frames.

        A second in which nobody was seen has no emotion; one without a frame is left out. Who asks from a second on
        that is still to come knows those of another boot, and gets all.
        """
        with self._lock:
            if self._seconds and second > self._seconds[-1].second:
                second = self._seconds[0].second
            wanted = [(each.second, each.frames, dict(each.shown)) for each in self._seconds if each.second >= second]
        return [
            (at, {emotion: round(count / frames, 3) for emotion, count in shown.items()})
            for at, frames, shown in wanted
        ]
