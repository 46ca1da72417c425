"""How many look at the live view at once, and how often each gets a frame."""

import time
from collections.abc import Callable

MOST = 4
"""Pages that may show the live view at once: each costs the board an answer a frame."""
PERIOD = 1 / 15
"""Seconds between two frames for one page."""
GONE_AFTER = 6.0
"""Seconds without a question after which a page counts as closed. An answer is never kept back for so long."""


class Viewers:
    """Knows the pages by the names that they give themselves."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        """Takes a clock in seconds that never runs backwards."""
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._served: dict[str, float] = {}

    def admit(self, name: str) -> bool:
        """Whether this page may look: it does already, or there is room."""
        now = self._clock()
        self._asked = {each: at for each, at in self._asked.items() if now - at < GONE_AFTER}
        self._served = {each: at for each, at in self._served.items() if each in self._asked}
        if name not in self._asked and len(self._asked) >= MOST:
            return False
        self._asked[name] = now
        return True

    def wait(self, name: str) -> float:
        """Seconds until this page may have its next frame."""
        return max(0.0, self._served.get(name, float("-inf")) + PERIOD - self._clock())

    def served(self, name: str) -> None:
        """A page gets a frame now."""
        self._served[name] = self._clock()
