"""Where the time of a frame goes."""

import math
import time
from collections.abc import Callable, Sequence


class Timing:
    """Is told when a part of the work on a frame is done. This one does nothing with it, at no cost."""

    def begin(self) -> None:
        """The work on a frame begins: the time until now was spent on nothing."""

    def lap(self, stage: str) -> None:
        """The time since the last lap was spent on `stage`."""


class Stopwatch(Timing):
    """Adds up what each stage took, frame by frame."""

    def __init__(self, now: Callable[[], float] = time.perf_counter):
        """Takes a clock that gives seconds and never runs backwards."""
        self._now = now
        self._last = now()
        self._seconds: dict[str, float] = {}

    def begin(self) -> None:
        """See `Timing`."""
        self._last = self._now()

    def lap(self, stage: str) -> None:
        """See `Timing`; a stage may have several laps in a frame."""
        now = self._now()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + now - self._last
        self._last = now

    @property
    def seconds(self) -> dict[str, float]:
        """The seconds of each stage since the last `take`, or since the beginning."""
        return dict(self._seconds)

    def take(self) -> dict[str, float]:
        """The seconds of each stage since the last `take`; what follows belongs to the next frame."""
        taken, self._seconds = self._seconds, {}
        self._last = self._now()
        return taken


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of ascending values that at least `share` of all do not exceed (nearest rank)."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
