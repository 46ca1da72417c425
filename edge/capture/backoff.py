"""How long to wait before trying again."""

import random
from collections.abc import Callable


class Backoff:
    """Doubles from attempt to attempt, up to a limit, and never quite the same twice.

    The wait lies between 50 % and 90 % of that: cameras that were lost together (a switch, a power cut) are not all
    asked for at once, and with the limit of a minute there is time left to open one within a minute of its return.
    """

    def __init__(self, first: float = 1.0, longest: float = 60.0, chance: Callable[[], float] = random.random):
        """Both in seconds; `chance` gives numbers from 0 to 1."""
        self._first = first
        self._longest = longest
        self._chance = chance
        self._next = first

    def wait(self) -> float:
        """Seconds to wait after one more failure."""
        longest = self._next
        self._next = min(2 * longest, self._longest)
        return longest * (0.5 + 0.4 * self._chance())

    def reset(self) -> None:
        """All is well: the next failure is the first."""
        self._next = self._first
