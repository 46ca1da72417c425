"""Many durations as a few figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from edge.vision.timing import percentile


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of many durations, in milliseconds."""

    mean: float
    p50: float
    p90: float
    p95: float
    p99: float
    max: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Figures":
        """The figures of at least one duration."""
        ordered = sorted(seconds)
        shares = (percentile(ordered, share) for share in (0.5, 0.9, 0.95, 0.99, 1.0))
        return cls(*(round(value * 1000, 4) for value in (math.fsum(ordered) / len(ordered), *shares)))
