import logging
import socket
import sys
import time

import cv2
import numpy as np
import pytest

from edge.capture.camera import Camera
from edge.capture.readers import BAD_IN_A_ROW
from edge.capture.view import View
from edge.contract.errors import SourceError
from edge.contract.records import Box


def levels(frames):
    return [int(frame.grey.mean().round()) for frame in frames]


def test_a_network_stream_is_read_until_it_hangs_up(serve_mjpeg):
    server = serve_mjpeg([40, 90, 140, 190, 240, 20, 70, 120])
    with Camera(f"http://127.0.0.1:{server.port}/stream", timeout=5) as source:
        assert source.live
        before = time.time(), time.monotonic()
        frames = [source.read() for _ in range(6)]
        assert np.allclose(levels(frames), [40, 90, 140, 190, 240, 20], atol=2)
        assert [frame.index for frame in frames] == list(range(6))
        assert before[0] <= frames[0].time <= frames[-1].time <= time.time()
        assert before[1] <= frames[0].mono < frames[-1].mono <= time.monotonic()
        with pytest.raises(SourceError, match=r"gives no frames \(any more\)"):
            list(source)


def test_credentials_reach_the_camera_and_nothing_else(serve_mjpeg, caplog):
    caplog.set_level(logging.DEBUG)
    server = serve_mjpeg([40] * 8)
    with Camera(f"http://joe:s3cret@127.0.0.1:{server.port}/s?token=t0ken", timeout=5) as source:
        source.read()
        shown = repr(source) + source.description + caplog.text
    assert source.description == f"http://***@127.0.0.1:{server.port}/s?token=***"
    assert "/s?token=t0ken" in server.requests
    for secret in ("joe", "s3cret", "t0ken"):
        assert secret not in shown


def test_a_stream_that_stalls_is_an_error_within_its_timeout(serve_mjpeg):
    server = serve_mjpeg([40] * 8, then_stall=True)
    with Camera(f"http://127.0.0.1:{server.port}/", timeout=1.0) as source:
        started = time.monotonic()
        with pytest.raises(SourceError, match="gives no frames"):
            list(source)
        assert time.monotonic() - started < 4


def refusing_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_refused_connection_is_an_error_at_once_without_the_password(scheme):
    started = time.monotonic()
    with pytest.raises(SourceError, match="check that the address is right") as error:
        Camera(f"{scheme}://joe:s3cret@127.0.0.1:{refusing_port()}/x", opening=2)
    assert time.monotonic() - started < 3
    assert "s3cret" not in str(error.value)
    assert "joe" not in str(error.value)
    assert error.value.__cause__ is None


def test_a_server_that_never_answers_is_an_error_within_the_timeout():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(SourceError, match="cannot be opened"):
            Camera(f"http://127.0.0.1:{silent.getsockname()[1]}/", opening=0.5)
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("address", ["99", "/dev/video99", "/dev/null"])
def test_a_camera_that_is_not_there_is_an_error_with_advice(address):
    with pytest.raises(SourceError, match=rf"^(camera )?{address}: cannot be opened; ") as error:
        Camera(address)
    assert "\n" not in str(error.value)


class UsbCamera:
    """A V4L2 camera as cv2.VideoCapture gives it: decoding fails by itself, and a pulled plug ends grabbing."""

    def __init__(self, images, gives=(640.0, 480.0)):
        self._images = iter(images)
        self._given = dict(zip((cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT), gives, strict=True))
        self.wishes: dict[int, float] = {}
        self.released = False

    def isOpened(self):  # noqa: N802
        return True

    def set(self, what, value):
        self.wishes[what] = value
        return True

    def get(self, what):
        return self._given[what]

    def grab(self):
        self._image = next(self._images, "unplugged")
        return not isinstance(self._image, str)

    def retrieve(self):
        if isinstance(self._image, Exception):
            raise self._image
        return self._image is not None, self._image

    def release(self):
        self.released = True


@pytest.fixture
def plug_in(monkeypatch):
    def plug_in(*args, **kwargs):
        device = UsbCamera(*args, **kwargs)
        device.opened = []
        monkeypatch.setattr(cv2, "VideoCapture", lambda *how: device.opened.append(how) or device)
        return device

    return plug_in


GOOD = np.full((480, 640, 3), 80, np.uint8)


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux's")
def test_a_camera_is_opened_by_number_or_path_and_asked_for_its_mode(plug_in):
    device = plug_in([GOOD])
    Camera("0", (640, 480), 15.0).close()
    Camera("/dev/video2").close()
    assert device.opened == [(0, cv2.CAP_V4L2), ("/dev/video2", cv2.CAP_V4L2)]
    assert device.wishes == {
        cv2.CAP_PROP_BUFFERSIZE: 1,
        cv2.CAP_PROP_FRAME_WIDTH: 640,
        cv2.CAP_PROP_FRAME_HEIGHT: 480,
        cv2.CAP_PROP_FPS: 15.0,
    }
    assert device.released


def test_frames_are_stamped_by_the_clock(plug_in, clock, stepping):
    plug_in([GOOD, GOOD])
    with Camera("0", clock=clock) as source:
        first = source.read()
        stepping.seconds = 2.0
        second = source.read()
    assert (second.time - first.time, second.mono - first.mono) == (2.0, 2.0)
    assert first.grey.shape == (480, 640)
    assert first.grey[0, 0] == 80


def test_a_camera_that_gives_another_size_is_used_and_noted(plug_in, caplog):
    caplog.set_level(logging.INFO)
    plug_in([GOOD], gives=(1280.0, 720.0))
    Camera("0", (640, 480)).close()
    assert caplog.messages == ["camera 0: gives 1280x720 instead of 640x480"]


def test_frames_that_cannot_be_decoded_are_left_out(plug_in):
    plug_in([None, cv2.error("corrupt"), np.zeros((0, 0, 3), np.uint8), GOOD])
    with Camera("0") as source:
        assert source.read().index == 0
        assert source.skipped == 3


def test_a_pulled_plug_is_an_error(plug_in):
    plug_in([GOOD])
    with Camera("0") as source:
        source.read()
        with pytest.raises(
            SourceError, match=r"^camera 0: gives no frames \(any more\); check the cable.*--source picamera"
        ):
            source.read()


def test_a_loose_plug_is_an_error_too(plug_in):
    plug_in([None] * BAD_IN_A_ROW)
    with Camera("0") as source, pytest.raises(SourceError, match="unusable frames in a row"):
        source.read()


class BrokenStream(UsbCamera):
    """A decoded stream: a damaged frame looks like the end, until the next one comes."""

    def get(self, what):
        return 0.0

    def grab(self):
        self._image = next(self._images, None)
        return self._image is not None


def test_damaged_frames_of_a_stream_are_counted_and_not_its_end(monkeypatch):
    stream = BrokenStream([GOOD, None, None, None, GOOD])
    monkeypatch.setattr(cv2, "VideoCapture", lambda *how: stream)
    with Camera("rtsp://cam/s") as source:
        assert [source.read().index, source.read().index] == [0, 1]
        assert source.skipped == 3
        with pytest.raises(SourceError, match="gives no frames"):
            source.read()


def test_a_stream_that_stands_still_says_so_before_it_is_opened_again(monkeypatch, clock, stepping):
    happened = []
    monkeypatch.setattr(cv2, "VideoCapture", lambda *how: happened.append("opened") or BrokenStream([GOOD] * 30))
    with Camera("rtsp://cam/s", still=20.0, clock=clock) as source:
        source.before_opening = lambda: happened.append("told")
        for _ in range(25):
            source.read()
            stepping.seconds += 1.0
    assert happened == ["opened", "told", "opened"]


def test_a_stream_that_has_used_up_its_time_is_not_asked_again(monkeypatch, clock, stepping):
    stream = BrokenStream([GOOD])
    grab, asked = stream.grab, []

    def slow():
        stepping.seconds += 0 if not asked else 9.0
        asked.append(stepping.seconds)
        return grab()

    stream.grab = slow
    monkeypatch.setattr(cv2, "VideoCapture", lambda *how: stream)
    with Camera("rtsp://cam/s", timeout=10.0, clock=clock) as source:
        source.read()
        with pytest.raises(SourceError, match="gives no frames"):
            source.read()
    assert len(asked) == 2


def test_frames_beyond_the_rate_are_grabbed_but_not_converted(plug_in, clock, stepping):
    device = plug_in([GOOD] * 100)
    grab = device.grab

    def thirty_a_second():
        stepping.seconds += 1 / 30
        return grab()

    device.grab = thirty_a_second
    retrieved = []
    device.retrieve = lambda: (retrieved.append(stepping.seconds), (True, GOOD))[1]
    with Camera("0", max_fps=10, clock=clock) as source:
        frames = [source.read() for _ in range(30)]
    assert len(retrieved) == 30
    assert frames[-1].mono - frames[0].mono == pytest.approx(2.9, abs=0.05)
    assert [frame.index for frame in frames] == list(range(30))


def test_every_frame_is_seen_through_the_view(plug_in):
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, :320] = 200
    plug_in([picture])
    with Camera("0", view=View(rotate=90, region=Box(10, 0, 100, 240))) as source:
        grey = source.read().grey
    assert grey.shape == (240, 100)
    assert set(np.unique(grey)) == {200}, "what was left is above after a clockwise turn"


def test_a_region_outside_the_picture_is_an_error_that_says_so(plug_in):
    plug_in([GOOD] * BAD_IN_A_ROW)
    with (
        Camera("0", view=View(region=Box(600, 0, 100, 100))) as source,
        pytest.raises(SourceError, match=r"the region 100x100\+600\+0 reaches out of a picture of 640x480"),
    ):
        source.read()
    assert source.skipped == BAD_IN_A_ROW
