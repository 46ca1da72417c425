"""A real RTSP camera, by GStreamer's own server: silent, switched off, of another size all at once."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.capture.camera import Camera
from tests.edge.capture.watching import ENOUGH

STANDINS = Path(__file__).parent / "standins"
SYSTEM_PYTHON = "/usr/bin/python3"


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
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        if line != "ready\n":
            pytest.skip(f"GStreamer's RTSP server does not start: {process.stderr.read().strip()}")
        yield process.stdin
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


@pytest.mark.parametrize("size", [(320, 240), (128, 96)])
def test_a_stream_whose_pictures_change_their_size_is_opened_again(serve_rtsp, caplog, size):
    """OpenCV goes on giving pictures of the old size, without a word."""
    port = free_port()
    with serve_rtsp(port, "h264") as control, Camera(f"rtsp://joe:s3cret@127.0.0.1:{port}/camera", still=1.0) as camera:
        assert camera.read().grey.shape == (120, 160)
        control.write(f"{size[0]}x{size[1]}\n")
        control.flush()
        end = time.monotonic() + ENOUGH
        while (found := camera.read().grey).shape == (120, 160):
            assert time.monotonic() < end, "it was never opened again"
        assert found.shape == (size[1], size[0])
        edges = {camera.read().grey[-2:].tobytes() for _ in range(5)}
        assert len(edges) > 1, "and it moves, to its lower edge"
    (record,) = caplog.records
    assert record.getMessage() == (
        f"rtsp://***@127.0.0.1:{port}/camera: its pictures are now {size[0]}x{size[1]} instead of 160x120"
    )
