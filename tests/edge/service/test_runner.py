"""The loop: every frame analysed, every output told, a clean end whatever ends it."""

import os
import signal

import numpy as np
import pytest

from edge.capture.source import Clock
from edge.contract.errors import SourceError
from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Episode,
    Frame,
    Heartbeat,
    Observation,
    Pause,
    Scores,
    Start,
    Stop,
)
from edge.service.runner import Runner, _percentile, heeding_signals

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


def test_one_turn_of_the_loop_looks_at_one_frame():
    runner, moments = live(Camera("frame", "frame", "frame"))
    runner.startup(start)
    assert [type(moment) for moment in moments] == [Start, Analysis]
    runner.tick()
    assert [type(moment) for moment in moments] == [Start, Analysis, Analysis]
    assert runner.running
    runner.stop("enough")
    assert not runner.running
    assert runner.shutdown().frames == 2


def test_a_turn_without_a_frame_tells_nobody_but_who_watches():
    idle = []
    runner, moments = live(Camera("frame", None, None), idle.append)
    runner.startup(start)
    told = len(moments)
    runner.tick()
    runner.tick()
    assert len(moments) == told
    assert idle == ["", ""]


def test_faces_are_gone_when_the_camera_is_lost_and_the_log_says_so_once():
    idle = []
    runner, moments = live(Camera("frame", "lost", None, None, "back", "frame"), idle.append)
    runner.startup(start)
    for _ in range(5):
        runner.tick()
    assert [type(moment) for moment in moments] == [Start, Analysis, Analysis, CameraEvent, CameraEvent, Analysis]
    gone, lost, back = moments[2:5]
    assert gone.episodes
    assert not gone.observations
    assert gone.mono == lost.mono == 2.0
    assert (lost.state, back.state) == ("lost", "back")
    assert idle == ["no camera: door: unplugged"] * 2


def test_why_it_is_away_is_forgotten_when_it_is_back():
    idle = []
    runner, _ = live(Camera("lost", "back", "frame", None), idle.append)
    runner.startup(start)
    for _ in range(3):
        runner.tick()
    assert idle == [""]


def test_a_camera_that_is_not_there_yet_does_not_hold_up_the_start():
    runner, moments = live(Camera(None, "lost"))
    runner.startup(start)
    assert [type(moment) for moment in moments] == [Start]
    assert (moments[0].time, moments[0].mono) == (1001.0, 1.0)
    runner.tick()
    assert isinstance(moments[-1], CameraEvent)


def test_heartbeats_go_on_while_the_camera_is_away():
    camera = Camera("frame", "lost")
    runner, moments = live(camera)
    runner.startup(start)
    for second in range(185):
        camera.dropped += second < 30
        runner.tick()
    beats = [moment for moment in moments if isinstance(moment, Heartbeat)]
    assert [beat.mono for beat in beats] == [61.0, 121.0, 181.0]
    assert [beat.frames for beat in beats] == [1, 0, 0]
    assert [beat.dropped for beat in beats] == [30, 0, 0]
    assert beats[1].latency_p95 is None


def test_a_signal_ends_a_run_that_waits_for_its_camera():
    camera = Camera("lost")
    memory = Memory()
    runner = Runner(camera, OneFace(), [memory], camera.clock, lambda away: os.kill(os.getpid(), signal.SIGTERM))
    with heeding_signals(runner.stop):
        stop = runner.run(start)
    assert (stop.reason, stop.frames) == ("SIGTERM", 0)
    assert stop.mono == camera.seconds


def test_a_camera_that_ends_with_the_run_is_not_lost():
    camera = Camera("frame", "lost")
    runner, moments = live(camera)
    runner.startup(start)
    runner.stop("SIGTERM")
    runner.tick()
    runner.shutdown()
    assert [type(moment) for moment in moments] == [Start, Analysis, Analysis, Stop]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_after_the_frame_in_hand(number):
    film = Film(100, during=lambda index: os.kill(os.getpid(), number) if index == 2 else None)
    memory = Memory()
    runner = Runner(film, OneFace(), [memory])
    before = signal.getsignal(number)
    with heeding_signals(runner.stop):
        stop = runner.run(start)
    assert signal.getsignal(number) is before
    assert (stop.reason, stop.frames) == (number.name, 3)
    assert isinstance(memory.moments[-1], Stop)


def test_percentile_is_a_value_that_occurred():
    assert _percentile([5.0], 0.95) == 5.0
    assert _percentile([float(value) for value in range(1, 101)], 0.95) == 95.0


class TestPause:
    """While somebody wants it, nothing is looked at, and nothing is remembered."""

    def told(self, paused: set[int], frames: int = 6) -> tuple[OneFace, list]:
        film, memory, pipeline, now = Film(frames), Memory(), OneFace(), []
        film._during = now.append
        runner = Runner(film, pipeline, [memory], paused=lambda: now[-1] in paused)
        runner.run(start)
        return pipeline, memory.moments

    def test_frames_are_taken_and_forgotten(self):
        pipeline, moments = self.told({2, 3})
        assert pipeline.seen == 4
        kinds = [type(moment) for moment in moments]
        assert kinds.count(Pause) == 2
        begun = kinds.index(Pause)
        assert moments[begun - 1].episodes, "tracks end before the pause is told"
        assert moments[begun].state == "begun"
        assert moments[begun].mono == 12.0
        ended = len(kinds) - 1 - kinds[::-1].index(Pause)
        assert (moments[ended].state, moments[ended].mono) == ("ended", 14.0)
        assert not any(isinstance(moment, Analysis) and moment.observations for moment in moments[begun:ended])

    def test_it_is_told_once(self):
        _, moments = self.told({0, 1, 2, 3, 4, 5})
        assert [moment.state for moment in moments if isinstance(moment, Pause)] == ["begun"]
        assert isinstance(moments[-1], Stop)
        assert moments[-1].frames == 0


def test_sighup_reopens_and_does_not_stop():
    reopened = []
    film = Film(5, during=lambda index: os.kill(os.getpid(), signal.SIGHUP) if index == 2 else None)
    runner = Runner(film, OneFace(), [])
    with heeding_signals(runner.stop, lambda: reopened.append(True)):
        stop = runner.run(start)
    assert reopened == [True]
    assert (stop.reason, stop.frames) == ("end of source", 5)
