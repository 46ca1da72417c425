"""What systemd hears, on a real socket."""

import os
import socket
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest

from edge.capture.mailbox import Letter
from edge.capture.settings import CaptureSettings
from edge.capture.source import Clock as CaptureClock
from edge.capture.watched import WatchedCamera
from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Frame,
    Heartbeat,
    Observation,
    Pause,
    Scores,
    Start,
    Stop,
)
from edge.outputs.output import Output
from edge.service.notify import Notifier, Supervision, watchdog_period
from edge.service.runner import Runner
from tests.edge.service.runs import OneFace, start

SEEN = Observation(1, Box(0, 0, 9, 9), 1.0, Scores(("happy",), (1.0,)), "happy", 1.0, started=True, changed=True)
START = Start(0.0, 0.0, "0", "none", "picamera", ())


class Manager:
    """The service manager's end of the socket."""

    def __init__(self, address: str):
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address[0] == "@" else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """The messages since the last call."""
        messages = []
        while True:
            try:
                messages.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return messages


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    address = str(tmp_path / "notify") if request.param == "path" else f"@emotion-edge-{os.getpid()}-{id(tmp_path)}"
    manager = Manager(address)
    yield manager
    manager.socket.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def supervision(manager, clock):
    return Supervision(Notifier(manager.address), 20.0, refresh=30.0, clock=clock)


def looked(*observations: Observation) -> Analysis:
    return Analysis(0, 0.0, 0.0, observations, (), 0)


def test_every_message_of_the_protocol(manager):
    notifier = Notifier.from_environment({"NOTIFY_SOCKET": manager.address})
    assert all((notifier.ready("fine"), notifier.status("busy"), notifier.alive(), notifier.stopping("bye")))
    assert manager.heard() == ["READY=1\nSTATUS=fine", "STATUS=busy", "WATCHDOG=1", "STOPPING=1\nSTATUS=bye"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}])
def test_outside_systemd_nothing_is_opened(environment, monkeypatch):
    def refuse(*_):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    notifier = Notifier.from_environment(environment)
    assert notifier.ready("fine")
    assert notifier.alive()
    supervision = Supervision(notifier)
    supervision.handle(START)
    supervision.handle(looked(SEEN))


@pytest.mark.parametrize(
    "hostile", ["cam\nREADY=1", "cam\r\n\tREADY=1", "cam\x00\x1b \u2028READY=1", "cam\udc80READY=1"]
)
def test_a_status_is_one_line_whatever_it_holds(manager, hostile):
    Notifier(manager.address).status(hostile)
    assert manager.heard() == ["STATUS=cam READY=1"]


def test_a_manager_that_is_gone_is_a_warning(tmp_path, caplog):
    assert not Notifier(str(tmp_path / "gone")).ready()
    assert "systemd cannot be told READY=1" in caplog.text


def test_a_manager_that_does_not_listen_holds_nobody_up(manager, monkeypatch):
    monkeypatch.setattr("edge.service.notify._PATIENCE", 0.05)
    notifier = Notifier(manager.address)
    began = time.monotonic()
    while notifier.alive():  # until its queue is full
        assert time.monotonic() - began < 5
    assert time.monotonic() - began < 5


def test_an_address_of_another_kind_is_named(caplog):
    assert Notifier("vsock:2:1234").ready()
    assert "vsock:2:1234" in caplog.text


@pytest.mark.parametrize(
    ("environment", "period"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "me"}, None),
    ],
)
def test_the_watchdog_is_this_process_s_own(environment, period):
    assert watchdog_period(environment) == period


def test_it_is_an_output(manager, supervision):
    output: Output = supervision
    with output:
        output.handle(START)
    assert manager.heard() == ["READY=1\nSTATUS=looking at picamera", "STOPPING=1"]


def test_ready_comes_with_the_start(manager, supervision):
    assert manager.heard() == []
    supervision.handle(START)
    assert manager.heard() == ["READY=1\nSTATUS=looking at picamera"]


def test_ready_comes_too_where_the_camera_is_away_at_the_start(manager, supervision):
    supervision.rest("no camera: picamera: no camera to be had")
    assert manager.heard() == ["READY=1\nSTATUS=no camera: picamera: no camera to be had"]


def test_ready_is_said_again_where_it_was_not_taken(manager, supervision, clock, tmp_path):
    supervision._notifier = Notifier(str(tmp_path / "gone"))
    supervision.handle(START)
    supervision._notifier = Notifier(manager.address)
    clock.now += 30
    supervision.handle(looked())
    assert manager.heard()[0].startswith("READY=1\nSTATUS=looking at picamera")


def test_frames_feed_the_watchdog_twice_a_period(manager, supervision, clock):
    supervision.handle(START)
    fed = []
    for _ in range(320):
        clock.now += 0.125
        supervision.handle(looked())
        fed += [clock.now for message in manager.heard() if message == "WATCHDOG=1"]
    assert fed == [110, 120, 130, 140]


def test_a_slow_loop_feeds_with_every_frame(manager, supervision, clock):
    supervision.handle(START)
    manager.heard()
    for _ in range(3):
        clock.now += 15
        supervision.handle(looked())
    assert manager.heard().count("WATCHDOG=1") == 3


def test_waiting_for_a_camera_feeds_it_and_is_told_once(manager, supervision, clock):
    supervision.handle(START)
    manager.heard()
    for _ in range(100):
        clock.now += 1
        supervision.rest("no camera: picamera: no frame within 5 s")
    heard = manager.heard()
    assert heard.count("WATCHDOG=1") == 10
    assert [line for line in heard if line != "WATCHDOG=1"] == ["STATUS=no camera: picamera: no frame within 5 s"]
    supervision.handle(looked())
    assert manager.heard() == ["STATUS=looking at picamera again"]


NEWS = [CameraEvent(0, 0, "lost", "door: unplugged"), CameraEvent(0, 0, "back"), Pause(0, 0, "begun")]


def test_the_journal_says_in_one_line_what_happened(supervision, caplog):
    for moment in NEWS:
        supervision.handle(moment)
    assert caplog.messages == ["camera lost: door: unplugged", "camera back", "pause begun"]


def test_outside_systemd_the_run_itself_says_it_and_nobody_else(clock, caplog):
    for moment in NEWS:
        Supervision(Notifier(None), clock=clock).handle(moment)
    assert caplog.messages == []


@pytest.mark.parametrize("moment", [Heartbeat(0, 0, 60, 0, 0, 0, 0, None, None, None), Stop(0, 0, "SIGTERM", 0, 0, 0)])
def test_nothing_else_feeds_it(manager, supervision, clock, moment):
    supervision.handle(START)
    clock.now += 15
    supervision.handle(moment)
    assert "WATCHDOG=1" not in manager.heard()


def test_without_a_watchdog_there_is_no_food(manager, clock):
    supervision = Supervision(Notifier(manager.address), None, clock=clock)
    supervision.handle(START)
    clock.now += 1000
    supervision.handle(looked())
    assert "WATCHDOG=1" not in manager.heard()


def test_food_that_was_not_taken_is_sent_with_the_next_frame(manager, supervision, clock, tmp_path):
    supervision.handle(START)
    supervision._notifier = Notifier(str(tmp_path / "gone"))
    clock.now += 10
    supervision.handle(looked())
    supervision._notifier = Notifier(manager.address)
    manager.heard()
    clock.now += 0.1
    supervision.handle(looked())
    assert manager.heard() == ["WATCHDOG=1"]


def test_the_status_says_rate_and_faces(manager, clock):
    supervision = Supervision(Notifier(manager.address), None, refresh=10.0, clock=clock)
    supervision.handle(START)
    manager.heard()
    for index in range(100):
        clock.now += 0.125
        supervision.handle(looked(SEEN, SEEN) if index == 79 else looked())
    assert manager.heard() == ["STATUS=looking at picamera: 8.0 fps; faces: 2 now, 2 since the start"]


def test_stopping_is_said_once_with_the_reason(manager, supervision):
    with supervision:
        supervision.handle(START)
        manager.heard()
        supervision.handle(Stop(0, 0, "SIGTERM", 12, 0, 3))
    assert manager.heard() == ["STOPPING=1\nSTATUS=stopped (SIGTERM): 12 frames, 3 faces seen"]


def test_a_run_that_fails_says_why(manager, supervision):
    with pytest.raises(OSError, match="disk"), supervision:
        raise OSError("the disk is gone")
    assert manager.heard() == ["STOPPING=1\nSTATUS=ends: the disk is gone"]


def test_a_process_under_systemd_s_variables_is_heard(manager):
    """The environment as systemd sets it, in a process of its own whose number is not known beforehand."""
    script = "import os; os.environ['WATCHDOG_PID'] = str(os.getpid())\n" + (
        "from edge.service.notify import Supervision; s = Supervision.from_environment(); s.rest('no camera: none')\n"
        "import time; time.sleep(0.2); s.rest('no camera: none')"
    )
    environment = {**os.environ, "NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "200000"}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)
    assert manager.heard() == ["READY=1\nSTATUS=no camera: none", "WATCHDOG=1"]


def test_a_frame_that_is_merely_awaited_feeds_it_and_is_no_news(manager, supervision, clock):
    supervision.handle(START)
    manager.heard()
    for _ in range(100):
        clock.now += 0.5
        supervision.rest("")
    assert manager.heard() == ["WATCHDOG=1"] * 5


def test_a_camera_may_stall_for_longer_than_the_watchdog_waits(manager, clock):
    """The camera gives one frame and stalls; only after `stale_after` is it lost, and opened anew."""
    stalled = Stalled(clock)
    camera = WatchedCamera(
        "0",
        CaptureSettings(stale=300.0),
        wait=True,
        clock=CaptureClock(lambda: clock.now, lambda: clock.now),
        sleep=lambda _: None,
        launch=lambda *_: stalled,
    )
    supervision = Supervision(Notifier(manager.address), 60.0, clock=clock)
    runner = Runner(camera, OneFace(), [supervision], idle=supervision.rest)
    runner.startup(start)
    fed, began = [clock.now], clock.now
    while not stalled.closed:
        runner.tick()
        fed += [clock.now for message in manager.heard() if message == "WATCHDOG=1"]
    assert 300 <= clock.now - began < 310
    assert max(later - earlier for earlier, later in pairwise(fed)) <= 31


class Stalled:
    """A reader that gives its first frame and then none; time goes on while it is asked."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._given = self.closed = False

    def take(self, timeout: float) -> Letter | None:
        self._clock.now += timeout
        if self._given:
            return None
        self._given = True
        return Letter(Frame(0, self._clock.now, self._clock.now, np.zeros((4, 4), np.uint8)), 0, 0)

    def end(self) -> None:
        self.closed = True

    def ended(self) -> bool:
        return True

    def close(self) -> None:
        pass
