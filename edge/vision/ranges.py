"""Which numbers can be asked for, in the settings of a run and by other programs alike."""

from typing import NamedTuple


class Range(NamedTuple):
    """From `low` to `high`, both included, in `unit`; "" where there is none."""

    unit: str
    low: float
    high: float

    def admits(self, value: float) -> bool:
        """Whether a number is in the range; no range has NaN."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """Such as "0.1 to 120 frames a second"."""
        return f"{self.low:g} to {self.high:.7g} {self.unit}".strip()


THREADS = Range("cores", 1, 64)
SMALLEST_FACE = Range("pixels", 20, 4096)
SEARCH_WIDTH = Range("pixels", 64, 8192)
PROBABILITY = Range("", 0, 1)
