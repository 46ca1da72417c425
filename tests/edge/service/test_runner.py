"""The loop: every frame analysed, every output told, a clean end whatever ends it."""

import os
import signal

import numpy as np
import pytest

from edge.contract.errors import SourceError
from edge.contract.records import Analysis, Box, Episode, Frame, Heartbeat, Observation, Scores, Start, Stop
from edge.service.runner import Runner, _percentile, stopped_by_signals

SCORES = Scores(("happy", "sad"), (0.75, 0.25))
BOX = Box(0, 0, 9, 9)


class Film:
    dropped = 0
    """Frames a second apart; calls `during` with each frame's number before it is handed out."""

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


def test_starts_looks_and_stops_in_order():
    stop, moments = run(Film(3))
    assert [type(moment) for moment in moments] == [Start, Analysis, Analysis, Analysis, Analysis, Stop]
    assert moments[0].mono == 10.0, "the start carries the first frame's time"
    assert moments[-2].episodes, "faces still in the picture end before the stop"
    assert (stop.reason, stop.frames, stop.faces, stop.mono) == ("end of source", 3, 1, 12.0)


def test_stops_at_the_frame_limit():
    stop, _ = run(Film(100), max_frames=4)
    assert (stop.reason, stop.frames) == ("frame limit", 4)


def test_an_empty_source_still_starts_and_stops():
    stop, moments = run(Film(0))
    assert [type(moment) for moment in moments] == [Start, Analysis, Stop]
    assert stop.frames == 0


def test_a_lost_camera_ends_the_log_before_it_ends_the_run():
    def unplug(index: int) -> None:
        if index == 2:
            raise SourceError("film: gives no frames (any more)")

    memory = Memory()
    with pytest.raises(SourceError, match="gives no frames"):
        run(Film(100, during=unplug), memory=memory)
    analysis, stop = memory.moments[-2:]
    assert analysis.episodes
    assert (stop.reason, stop.frames) == ("source lost", 2)


def test_a_heartbeat_a_minute_counts_what_was_in_it():
    film = Film(130)

    def spoil(index: int) -> None:
        film.skipped += index in (5, 70)

    film._during = spoil
    _, moments = run(film)
    beats = [moment for moment in moments if isinstance(moment, Heartbeat)]
    assert [(beat.frames, beat.seconds, beat.skipped) for beat in beats] == [(61, 60.0, 1), (60, 60.0, 1)]
    assert (beats[0].faces, beats[1].faces) == (1, 0)
    assert beats[0].rejected == 61
    assert beats[0].latency_p95 >= 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_after_the_frame_in_hand(number):
    film = Film(100, during=lambda index: os.kill(os.getpid(), number) if index == 2 else None)
    memory = Memory()
    runner = Runner(film, OneFace(), [memory])
    before = signal.getsignal(number)
    with stopped_by_signals(runner.stop):
        stop = runner.run(start)
    assert signal.getsignal(number) is before
    assert (stop.reason, stop.frames) == (number.name, 3)
    assert isinstance(memory.moments[-1], Stop)


def test_percentile_is_a_value_that_occurred():
    assert _percentile([5.0], 0.95) == 5.0
    assert _percentile([float(value) for value in range(1, 101)], 0.95) == 95.0
