"""Cameras that fail for real, read by real processes. The limits are short; what may take its time is generous."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.capture.backoff import Backoff
from edge.capture.settings import CaptureSettings
from edge.capture.watched import WatchedCamera
from edge.contract.errors import SourceError
from edge.contract.records import CameraEvent, Frame
from tests.edge.capture.standins.proxy import Proxy

STANDINS = Path(__file__).parent / "standins"
SYSTEM_PYTHON = "/usr/bin/python3"
ENOUGH = 60.0
PATIENCE = 0.2


class Watch:
    """Reads a camera as a run does: never blocked, with a note of what happened."""

    def __init__(self, camera):
        self.camera = camera
        self.events = []
        self.longest = 0.0

    def until(self, kind):
        """Reads on to the next "frame", "lost" or "back"."""
        end = time.monotonic() + ENOUGH
        while (began := time.monotonic()) < end:
            given = self.camera.read()
            self.longest = max(self.longest, time.monotonic() - began)
            if isinstance(given, CameraEvent):
                self.events.append(given.state)
            if kind == ("frame" if isinstance(given, Frame) else getattr(given, "state", None)):
                return given
        raise AssertionError(f"no {kind} within {ENOUGH} s, but {self.events}")

    def lost_and_back_once(self):
        """Whether that is all that has happened, and the loop was never held up."""
        for _ in range(3):
            self.until("frame")
        return self.events == ["lost", "back"] and self.longest < ENOUGH / 6


@pytest.fixture
def watch():
    cameras = []

    def watch(spec, stale=2.5, wait=False, **settings):
        settings = CaptureSettings(size=(100, 60), stale=stale, opening=ENOUGH / 2, **settings)
        camera = WatchedCamera(spec, settings, wait=wait, patience=PATIENCE, backoff=Backoff(0.1, 1.0))
        cameras.append(camera)
        return Watch(camera)

    yield watch
    for camera in cameras:
        camera.close()


@pytest.fixture
def through_proxy():
    proxies = []

    def through_proxy(port):
        proxies.append(Proxy(port))
        return proxies[-1]

    yield through_proxy
    for proxy in proxies:
        proxy.close()


# --- a Raspberry Pi's camera ---


def test_it_stops_and_returns(watch, picamera2_fault):
    seen = watch("picamera")
    seen.until("frame")
    picamera2_fault.write_text("unplugged absent")
    assert "Request failed" in seen.until("lost").reason
    time.sleep(0.5)
    picamera2_fault.write_text("")
    seen.until("back")
    assert seen.lost_and_back_once()


@pytest.mark.parametrize("fault", ["hang", "stall", "stall stuck-stop"])
def test_it_hangs_and_so_may_stopping_it(watch, picamera2_fault, fault):
    seen = watch("picamera")
    seen.until("frame")
    picamera2_fault.write_text(fault)
    assert "no frame" in seen.until("lost").reason
    picamera2_fault.write_text("")
    seen.until("back")
    assert seen.lost_and_back_once()


def test_it_hangs_on_opening(watch, picamera2_fault):
    picamera2_fault.write_text("hang-open")
    with pytest.raises(SourceError, match="picamera: no frame for 3 s"):
        WatchedCamera("picamera", CaptureSettings(opening=3.0))


def test_it_is_absent_at_start(watch, picamera2_fault):
    picamera2_fault.write_text("absent")
    with pytest.raises(SourceError, match="no camera to be had"):
        watch("picamera")
    seen = watch("picamera", wait=True)
    assert "no camera to be had" in seen.until("lost").reason
    picamera2_fault.write_text("")
    seen.until("back")
    assert seen.lost_and_back_once()


def test_its_reader_is_killed_from_outside(watch, picamera2_fault):
    seen = watch("picamera")
    seen.until("frame")
    os.kill(seen.camera._reader.pid, signal.SIGKILL)
    assert seen.until("lost").reason == "picamera: the process that reads it was ended by SIGKILL"
    seen.until("back")
    assert seen.lost_and_back_once()


def test_its_reader_is_stopped_from_outside(watch, picamera2_fault):
    seen = watch("picamera")
    seen.until("frame")
    os.kill(seen.camera._reader.pid, signal.SIGSTOP)
    assert seen.until("lost").reason.startswith("picamera: no frame for 2.5 s")
    seen.until("back")
    assert seen.lost_and_back_once()


def test_many_restarts_leave_nothing_open(watch, picamera2_fault):
    seen = watch("picamera")
    seen.until("frame")
    before = open_files()
    for _ in range(3):
        os.kill(seen.camera._reader.pid, signal.SIGKILL)
        seen.until("back")
        seen.until("frame")
    assert len(open_files()) == len(before)


def open_files():
    return list(Path("/proc/self/fd").iterdir())


# --- Motion JPEG over HTTP ---


def test_the_network_goes_silent_and_returns(watch, serve_mjpeg, through_proxy):
    proxy = through_proxy(serve_mjpeg([60, 120], again=True).port)
    seen = watch(f"http://127.0.0.1:{proxy.port}/")
    seen.until("frame")
    proxy.stall()
    assert "gives no frames" in seen.until("lost").reason
    time.sleep(0.5)
    proxy.resume()
    seen.until("back")
    assert seen.lost_and_back_once()


def test_a_short_silence_is_no_loss(watch, serve_mjpeg, through_proxy):
    proxy = through_proxy(serve_mjpeg([60, 120], again=True).port)
    seen = watch(f"http://127.0.0.1:{proxy.port}/", stale=20)
    seen.until("frame")
    proxy.stall()
    while seen.camera.read() is not None:
        pass
    proxy.resume()
    seen.until("frame")
    assert seen.events == []


def test_the_server_hangs_up_and_takes_calls_again(watch, serve_mjpeg):
    server = serve_mjpeg([60, 90, 120] * 7)
    seen = watch(f"http://127.0.0.1:{server.port}/", max_fps=None)
    for _ in range(2):
        assert "gives no frames" in seen.until("lost").reason
        seen.until("back")
    assert seen.events == ["lost", "back"] * 2


def test_what_a_slow_loop_does_not_read_is_dropped_and_what_it_reads_is_new(watch, serve_mjpeg):
    seen = watch(f"http://127.0.0.1:{serve_mjpeg([60], again=True).port}/", max_fps=None)
    before = seen.until("frame")
    time.sleep(1.5)
    assert seen.until("frame").mono - before.mono > 0.75, "the newest, not the next in a queue"
    assert seen.camera.dropped > 5


# --- RTSP ---


@pytest.fixture
def serve_rtsp():
    reason = rtsp_is_missing()
    if reason:
        pytest.skip(f"GStreamer's RTSP server: {reason} (apt install, see {STANDINS.name}/rtsp_server.py)")
    return rtsp_server


def rtsp_is_missing():
    if shutil.which(SYSTEM_PYTHON) is None:
        return f"there is no {SYSTEM_PYTHON}"
    asked = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    done = subprocess.run([SYSTEM_PYTHON, "-c", asked], capture_output=True, text=True, timeout=ENOUGH)
    return (done.stderr.splitlines() or ["?"])[-1] if done.returncode else ""


@contextmanager
def rtsp_server(port, encoding):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        [SYSTEM_PYTHON, str(STANDINS / "rtsp_server.py"), str(port), encoding],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        if line != "ready\n":
            pytest.skip(f"GStreamer's RTSP server does not start: {process.stderr.read().strip()}")
        yield
    finally:
        process.kill()
        process.communicate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_an_rtsp_camera_goes_silent_and_returns(watch, serve_rtsp, through_proxy):
    port = free_port()
    with serve_rtsp(port, "h264"):
        proxy = through_proxy(port)
        seen = watch(f"rtsp://127.0.0.1:{proxy.port}/camera")
        assert seen.until("frame").grey.shape == (120, 160)
        proxy.stall()
        assert "gives no frames" in seen.until("lost").reason
        proxy.resume()
        seen.until("back")
        assert seen.lost_and_back_once()


def test_an_rtsp_camera_is_switched_off_and_on(watch, serve_rtsp):
    port = free_port()
    with serve_rtsp(port, "jpeg"):
        seen = watch(f"rtsp://joe:s3cret@127.0.0.1:{port}/camera")
        seen.until("frame")
    lost = seen.until("lost")
    assert f"rtsp://***@127.0.0.1:{port}/camera: gives no frames" in lost.reason
    with serve_rtsp(port, "jpeg"):
        seen.until("back")
        assert seen.lost_and_back_once()
