"""At most so many frames a second, without losing any to rounding."""

import math


class Pace:
    """Says which of a camera's frames to take.

    Over time exactly `fps` frames a second are taken of a camera that gives more, and all of one that gives fewer.
    A frame may come half a period early, or a camera at just this rate would lose every other frame to its jitter;
    within any T seconds at most T * fps + 2 are taken.
    """

    def __init__(self, fps: float | None):
        """`fps` is in frames a second; None takes every frame."""
        self._period = 1.0 / fps if fps else 0.0
        self._due = -math.inf

    def take(self, mono: float) -> bool:
        """Whether to take the frame of this time (monotonic, in seconds)."""
        if mono < self._due:
            return False
        # The next is due on the schedule, so that being late does not add up; but what a stalled camera has missed
        # is not made up for.
        on_time = mono - self._due < self._period
        self._due = self._due + self._period if on_time else mono + self._period / 2
        return True

    def wait(self, mono: float) -> float:
        """Seconds from this time on until a frame would be taken."""
        return max(0.0, self._due - mono)
