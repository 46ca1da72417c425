"""What events say, read with care: a line of a log may hold anything."""

import math
from pathlib import Path
from typing import Any, NamedTuple

LONGEST = 366 * 86400.0
"""Seconds above which a time is taken for an error. A portrait on a wall may be in sight for months."""
_MOST = 2**53

BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What an event of a wrong form raises when it is read."""


class Camera(NamedTuple):
    """What tells cameras apart: those of two boards, each with its own log, may have the same name."""

    name: str
    log: Path


class Heard(NamedTuple):
    """When a camera was heard of, in seconds: UTC, and on a boot's monotonic scale, which setting the clock leaves."""

    time: float
    mono: float
    boot: object

    def since(self, earlier: "Heard") -> float:
        """Seconds since then, whatever became of the clock in between; by the clock alone where another boot was."""
        passed = self.mono - earlier.mono
        if self.boot == earlier.boot and 0 <= passed <= LONGEST:
            return passed
        return max(0.0, self.time - earlier.time)


def text(value: Any) -> str:
    """A text. Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def number(value: Any) -> float:
    """A finite number. Raises one of `BROKEN` for anything else."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f"{value} is no number")
    return found


def count(value: Any) -> int:
    """How many. Raises one of `BROKEN` for what is no count."""
    found = int(value)
    if not 0 <= found <= _MOST:
        raise ValueError(f"{value} is no count")
    return found


def duration(value: Any) -> float:
    """Seconds. Raises one of `BROKEN` for what is none, or longer than `LONGEST`."""
    found = float(value)
    if not 0 <= found <= LONGEST:
        raise ValueError(f"{value} is no duration")
    return found


def durations(value: Any) -> dict[str, float]:
    """Seconds for each emotion. Raises one of `BROKEN` for anything else."""
    return {emotion: duration(seconds) for emotion, seconds in value.items()}
