"""The loop on a camera that comes and goes."""

import os
import signal
from dataclasses import replace

import pytest

from edge.contract.records import Analysis, CameraEvent, Heartbeat, Start, Stop
from edge.outputs.metrics import Metrics
from edge.outputs.totals import Totals
from edge.service.runner import Runner, heeding_signals
from tests.edge.service.runs import Camera, Memory, OneFace, live, start


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
    assert (gone.time, gone.mono) == (1001.0, 1.0), "nobody knows how long they were there after the last frame"
    assert lost.mono == 2.0
    assert (lost.state, back.state) == ("lost", "back")
    assert idle == ["no camera: door: unplugged"] * 2


def test_a_loss_is_neither_a_frame_nor_a_time_of_looking():
    """The camera gave nothing for half a minute before it was taken for lost; later it is lost again before a frame."""
    gives = ["frame", "frame", *[None] * 30, "lost", *[None] * 5, "back", *[None] * 5, "lost", None]
    runner, moments = live(Camera(*gives))
    runner.startup(start)
    for _ in gives[1:]:
        runner.tick()
    runner.stop("enough")
    runner.shutdown()
    kinds = [type(moment) for moment in moments]
    assert kinds == [Start, Analysis, Analysis, Analysis, CameraEvent, CameraEvent, CameraEvent, Stop]
    closing = moments[3]
    assert (closing.episodes[0].duration, closing.time, closing.mono) == (2.0, 1002.0, 2.0)
    metrics, totals = Metrics("127.0.0.1", 0, "door"), Totals()
    for moment in moments:
        metrics.handle(moment)
        if isinstance(moment, Analysis):
            totals.add(moment)
    (frames,) = (family.samples[0].value for family in metrics.collect() if family.name == "emotion_edge_frames")
    assert frames == 2
    assert totals.take()["over"] == 1


def test_the_end_of_a_run_that_saw_nothing_is_no_frame():
    runner, moments = live(Camera("lost", None))
    runner.startup(start)
    runner.stop("enough")
    runner.shutdown()
    assert [type(moment) for moment in moments] == [Start, CameraEvent, Stop]


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


@pytest.mark.parametrize("jump", [86400.0, -86400.0])
def test_a_clock_that_is_set_changes_no_duration(jump):
    class Jumping(Camera):
        """Its clock is set by a day after a minute and a half."""

        def read(self):
            given = super().read()
            return replace(given, time=given.time + jump) if self.seconds > 90 else given

    runner, moments = live(Jumping(*["frame"] * 200))
    runner.startup(start)
    for _ in range(190):
        runner.tick()
    runner.stop("enough")
    runner.shutdown()
    beats = [moment for moment in moments if isinstance(moment, Heartbeat)]
    assert [(beat.seconds, beat.frames, beat.fps) for beat in beats[1:]] == [(60.0, 60, 1.0)] * 2
    assert beats[1].time - beats[0].time == 60 + jump, "and it is the new time that is told"


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
