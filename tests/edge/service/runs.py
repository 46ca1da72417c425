"""Sources, a pipeline and an output for runs without cameras and models."""

import numpy as np

from edge.capture.source import Clock
from edge.contract.records import Analysis, Box, CameraEvent, Episode, Frame, Observation, Scores, Start
from edge.service.runner import Runner

SCORES = Scores(("happy", "sad"), (0.75, 0.25))
BOX = Box(0, 0, 9, 9)


class Film:
    """Frames a second apart; calls `during` with each frame's number before it is handed out."""

    dropped = 0
    description = "film"
    live = False

    def __init__(self, frames: int, during=lambda index: None):
        self.skipped = 0
        self._frames = frames
        self._index = -1
        self._during = during

    def read(self) -> Frame | None:
        self._index += 1
        if self._index >= self._frames:
            return None
        self._during(self._index)
        return Frame(self._index, 1000.0 + self._index, 10.0 + self._index, np.zeros((9, 9), np.uint8))


class OneFace:
    """A pipeline that sees one face from the first frame on and lets it go at the end."""

    def __init__(self):
        self.seen = 0

    def analyze(self, frame: Frame) -> Analysis:
        self.seen += 1
        first = self.seen == 1
        observation = Observation(1, BOX, 1.0, SCORES, "happy", 0.75, started=first, changed=first)
        return Analysis(frame.index, frame.time, frame.mono, (observation,), (), 1)

    def finish(self) -> tuple[Episode, ...]:
        return (Episode(1, BOX, 1.0, 10.0, 12.0, self.seen, "happy", SCORES, (("happy", 2.0),)),)


class Memory:
    def __init__(self):
        self.moments = []

    def handle(self, moment):
        self.moments.append(moment)


def start(wall: float, mono: float) -> Start:
    return Start(wall, mono, "0", "none", "film", ())


def run(film: Film, max_frames: int | None = None, memory: Memory | None = None):
    memory = memory or Memory()
    stop = Runner(film, OneFace(), [memory]).run(start, max_frames)
    return stop, memory.moments


class Camera:
    """Live: gives what it is told to at each second of a clock that it moves on; None is a wait without a frame."""

    description = "door"
    live = True

    def __init__(self, *gives):
        self.skipped = self.dropped = 0
        self.seconds = 0.0
        self._gives = iter(gives)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: 1000.0 + self.seconds, lambda: self.seconds)

    def read(self):
        self.seconds += 1
        given = next(self._gives, None)
        if given == "frame":
            return Frame(0, 1000.0 + self.seconds, self.seconds, np.zeros((9, 9), np.uint8))
        if given == "lost":
            return CameraEvent(1000.0 + self.seconds, self.seconds, "lost", "door: unplugged")
        if given == "back":
            return CameraEvent(1000.0 + self.seconds, self.seconds, "back")
        return given


def live(camera: Camera, idle=None):
    memory = Memory()
    return Runner(camera, OneFace(), [memory], camera.clock, idle), memory.moments
