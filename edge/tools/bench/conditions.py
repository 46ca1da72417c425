"""Under what conditions was measured, and whether that makes the figures worthless."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from edge.service.board import temperature, throttled
from edge.tools.bench.processes import busy_time, memory, processor_time

BUSY = 0.15
"""Cores that other processes may keep busy. An idle Raspberry Pi OS with a desktop keeps 0.05 to 0.1 busy."""

_EVERY = 1.0
"""Seconds between two looks at memory and temperature. One takes some milliseconds and counts for no stage."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a measurement went; None where the system does not say.

    Attributes:
        seconds: how long it took.
        processor: seconds of processor time of all processes of the command.
        others: how many cores other processes kept busy in the mean, a hypervisor's share included.
        temperature: of the processor in degrees Celsius: before, after and the highest seen.
        throttled: whether the firmware was seen to slow the processor down.
        memory: proportional set size in MiB at the end.
        peak: the largest seen.
    """

    seconds: float
    processor: float | None
    others: float | None
    temperature: tuple[float | None, float | None, float | None]
    throttled: bool | None
    memory: float | None
    peak: float | None

    def objections(self) -> tuple[str, ...]:
        """Why figures taken under these conditions say nothing; empty where they are good."""
        found = []
        if self.throttled:
            found.append("the firmware slowed the processor down, for heat or low voltage")
        if self.others is None:
            found.append("this system does not say what else was running")
        elif self.others > BUSY:
            found.append(f"other processes kept {self.others:.2f} cores busy (up to {BUSY} do no harm)")
        return tuple(found)


class Watch:
    """Looks at the machine from the beginning of a measurement to its end."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        heat: Callable[[], float | None] = temperature,
        slowed: Callable[[], bool | None] = throttled,
        busy: Callable[[], float | None] = busy_time,
        used: Callable[[int], float | None] = processor_time,
        size: Callable[[int], float | None] = memory,
    ):
        """Begins; what it asks may be replaced."""
        self._now, self._heat, self._slowed, self._size = now, heat, slowed, size
        self._busy, self._used = busy, used
        self._heats: list[float] = []
        self._sizes: list[float] = []
        self._throttled: bool | None = None
        self._before = self._look()
        self._first = (busy(), used(os.getpid()))
        self._began = self._looked = now()

    def tick(self) -> None:
        """Looks again where the last look was long enough ago."""
        if self._now() - self._looked >= _EVERY:
            self._look()
            self._looked = self._now()

    def end(self) -> Conditions:
        """Looks a last time."""
        seconds = self._now() - self._began
        busy, used = _minus(self._busy(), self._first[0]), _minus(self._used(os.getpid()), self._first[1])
        after = self._look()
        others = None if busy is None or used is None or seconds <= 0 else max(0.0, busy - used) / seconds
        return Conditions(
            seconds=seconds,
            processor=used,
            others=others,
            temperature=(self._before, after, max(self._heats, default=None)),
            throttled=self._throttled,
            memory=self._sizes[-1] if self._sizes else None,
            peak=max(self._sizes, default=None),
        )

    def _look(self) -> float | None:
        heat, slowed, size = self._heat(), self._slowed(), self._size(os.getpid())
        if heat is not None:
            self._heats.append(heat)
        if size is not None:
            self._sizes.append(size)
        if slowed is not None:
            self._throttled = bool(self._throttled) or slowed
        return heat


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
