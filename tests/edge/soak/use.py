"""What a process uses, sampled over a long run, and whether that grows: a straight line through the samples."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PAGE = 4096 / 2**20


@dataclass(frozen=True)
class Sample:
    """After so many frames: resident memory in MiB, and open files."""

    frames: int
    memory: float
    files: int


def sample(frames: int, pid: int | str = "self") -> Sample:
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return Sample(frames, resident, len(list(Path(f"/proc/{pid}/fd").iterdir())))


def read(lines: str) -> list[Sample]:
    """What a program has printed with `json.dumps(vars)` of samples, a line each."""
    return [Sample(*json.loads(line)) for line in lines.splitlines() if line.startswith("[")]


@dataclass(frozen=True)
class Trend:
    """A line fitted to samples: how much it rises from the first to the last, and how far they lie from it (RMS)."""

    rise: float
    noise: float
    low: float
    high: float

    @classmethod
    def of(cls, frames: list[int], values: list[float]) -> "Trend":
        slope, start = np.polyfit(frames, values, 1)
        rest = np.array(values) - (slope * np.array(frames) + start)
        return cls(float(slope * (frames[-1] - frames[0])), float(np.sqrt(np.mean(rest**2))), min(values), max(values))

    def within(self, least: float) -> bool:
        """Whether it does not rise by more than its noise (three times the RMS), or by `least` where that is more."""
        return self.rise <= max(3 * self.noise, least)

    def __str__(self) -> str:
        return f"{self.low:.2f} to {self.high:.2f}, fitted rise {self.rise:+.3f}, noise {self.noise:.3f}"


def verdict(name: str, samples: list[Sample], least: float) -> tuple[bool, bool]:
    """Whether memory (to `least` MiB) and open files stay as they are; prints both lines."""
    frames = [one.frames for one in samples]
    memory = Trend.of(frames, [one.memory for one in samples])
    files = Trend.of(frames, [float(one.files) for one in samples])
    print(f"{name}: {frames[-1]:,} frames, {len(samples)} samples from frame {frames[0]:,} on")
    print(f"{name}: resident memory in MiB: {memory}")
    print(f"{name}: open files: {files}")
    return memory.within(least), files.within(0.5)
