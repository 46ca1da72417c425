"""What passes from stage to stage: frozen, typed and small."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge.contract.labels import UNCERTAIN

Grey: TypeAlias = NDArray[np.uint8]
"""A grey picture: uint8, shape (height, width), 0 black to 255 white."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the frame; (x, y) is its top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """Square pixels."""
        return self.width * self.height

    def iou(self, other: "Box") -> float:
        """Intersection over union with another box, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a stream.

    `time` is UTC in seconds since 1970 and may jump when the clock is set; `mono` is in seconds from an arbitrary
    origin and never runs backwards, so every duration is taken from it. For a file both follow the recording.
    """

    index: int
    time: float
    mono: float
    grey: Grey


@dataclass(frozen=True, slots=True)
class Scores:
    """A probability (0 to 1, summing to 1) for each label, in the model's output order."""

    labels: tuple[str, ...]
    values: tuple[float, ...]

    @property
    def best(self) -> str:
        """The most probable label."""
        return self.labels[self.values.index(max(self.values))]

    @property
    def confidence(self) -> float:
        """The probability of the most probable label."""
        return max(self.values)

    def label(self, threshold: float) -> str:
        """The most probable label, or "uncertain" where its probability is under `threshold`."""
        return self.best if self.confidence >= threshold else UNCERTAIN

    def __getitem__(self, label: str) -> float:
        """The probability of `label`."""
        return self.values[self.labels.index(label)]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Pairs of label and probability."""
        return iter(zip(self.labels, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Face:
    """A detected window and what the models say of it. `scores` is None when the gate rejected it."""

    box: Box
    gate: float
    scores: Scores | None

    @property
    def rejected(self) -> bool:
        """Whether the gate took this window for something else than a human face."""
        return self.scores is None


@dataclass(frozen=True, slots=True)
class Observation:
    """One tracked face in one frame.

    `scores` are smoothed over time; `emotion` is the label shown (or "uncertain") and follows them with hysteresis;
    `confidence` is the smoothed probability of that label, or the best one while uncertain. `gate` may be from a frame
    of the last quarter of a second.
    """

    track: int
    box: Box
    gate: float
    scores: Scores
    emotion: str
    confidence: float
    started: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """A track that has ended: one face from its first sight to its last.

    `started` and `ended` are frame times on the monotonic scale, in seconds. `seconds` holds how long each shown
    emotion (and "uncertain") lasted; `scores` are the mean probabilities over all its frames.
    """

    track: int
    box: Box
    gate: float
    started: float
    ended: float
    frames: int
    emotion: str
    scores: Scores
    seconds: tuple[tuple[str, float], ...]

    @property
    def duration(self) -> float:
        """Seconds from first to last sight."""
        return self.ended - self.started


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was found in one frame: the faces tracked now, the tracks that ended, the windows rejected."""

    index: int
    time: float
    mono: float
    observations: tuple[Observation, ...]
    episodes: tuple[Episode, ...]
    rejected: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model is in use: its file's name, task and sha256, and the threshold it decides by.

    `profile` is the sha256 of the person's profile that corrects it; None where there is none.
    """

    name: str
    task: str
    sha256: str
    threshold: float
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """A run begins. `runtime` is the TFLite runtime with its version; `time` and `mono` as in `Frame`."""

    time: float
    mono: float
    version: str
    runtime: str
    source: str
    models: tuple[ModelInfo, ...]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """How the last `seconds` went.

    `skipped` frames could not be used; `dropped` ones were replaced by a newer one before they were looked at.
    `latency_p95` is in milliseconds a frame, capture left out; `temperature` is the processor's in degrees Celsius
    and `throttled` the firmware's answer, each None where the board does not say. `warning` says in words what is
    wrong with the board now, such as "under-voltage"; it is empty where nothing is.
    """

    time: float
    mono: float
    seconds: float
    frames: int
    skipped: int
    faces: int
    rejected: int
    latency_p95: float | None
    temperature: float | None
    throttled: bool | None
    dropped: int = 0
    warning: str = ""

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.frames / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """The camera was lost, or is back. `state` is "lost" or "back"; `reason` says in one line why it was lost."""

    time: float
    mono: float
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Somebody asked to look away (`state` is "begun"), or no longer does ("ended")."""

    time: float
    mono: float
    state: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A run ends: why, after how many frames, with how many faces seen and frames that could not be used.

    `rejected` windows were found and not taken for a human face by the gate.
    """

    time: float
    mono: float
    reason: str
    frames: int
    skipped: int
    faces: int
    rejected: int = 0


Moment: TypeAlias = Start | Analysis | CameraEvent | Pause | Heartbeat | Stop
"""What an output is told."""
