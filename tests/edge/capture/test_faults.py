"""Cameras that fail for real, read by real processes."""

import os
import signal
import time
from pathlib import Path

import pytest

from edge.capture.settings import CaptureSettings
from edge.capture.watched import WatchedCamera
from edge.contract.errors import SourceError

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
