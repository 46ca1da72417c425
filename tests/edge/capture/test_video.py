import itertools
import logging
import math
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.capture.demo import CLIP
from edge.capture.video import BAD_IN_A_ROW, DEFAULT_FPS, Camera, VideoFile
from edge.contract.errors import InputError, SourceError

# --- recordings ---


def levels(frames):
    return [int(frame.grey.mean().round()) for frame in frames]


def test_a_recording_is_read_whole_and_in_order(make_video, clock):
    wanted = [10, 60, 110, 160, 210]
    with VideoFile(make_video(wanted), clock) as source:
        frames = list(source)
    assert np.allclose(levels(frames), wanted, atol=2)
    assert [frame.index for frame in frames] == list(range(5))
    assert frames[0].grey.shape == (48, 64)
    assert not source.live
    assert source.skipped == 0


def test_times_follow_the_recording_from_the_moment_it_was_opened(make_video, clock, stepping):
    source = VideoFile(make_video([0] * 5, fps=8.0), clock)
    start = clock.time(), clock.mono()
    stepping.seconds = 1000.0  # how long reading takes makes no difference
    frames = list(source)
    assert [round(frame.mono - start[1], 4) for frame in frames] == [0, 0.125, 0.25, 0.375, 0.5]
    assert [round(frame.time - start[0], 4) for frame in frames] == [0, 0.125, 0.25, 0.375, 0.5]


class ScriptedVideo:
    """A cv2.VideoCapture that tells of a recording what the test wants it to."""

    def __init__(self, stamps, fps, count=None, fails=()):
        self._stamps, self._fps, self._fails = stamps, fps, set(fails)
        self._count = len(stamps) if count is None else count
        self._calls = self._at = -1

    def grab(self):
        self._calls += 1
        if self._calls in self._fails or self._at + 1 >= len(self._stamps):
            return False
        self._at += 1
        return True

    def retrieve(self):
        return True, np.full((2, 2, 3), self._at, np.uint8)

    def get(self, what):
        if what == cv2.CAP_PROP_POS_MSEC:
            return self._stamps[max(self._at, 0)]
        return {cv2.CAP_PROP_FPS: self._fps, cv2.CAP_PROP_FRAME_COUNT: self._count}[what]

    def release(self):
        pass


@pytest.fixture
def scripted(monkeypatch, make_video, clock):
    path = make_video([0])

    def make(*args, **kwargs):
        monkeypatch.setattr(cv2, "VideoCapture", lambda *_: ScriptedVideo(*args, **kwargs))
        return VideoFile(path, clock)

    return make


@pytest.mark.parametrize("fps", [0.0, -1.0, math.nan, math.inf, 90000.0])
def test_without_stamps_and_with_a_broken_rate_it_goes_on_at_the_default(scripted, clock, fps):
    frames = list(scripted([0.0] * 4, fps))
    assert np.allclose([frame.mono - clock.mono() for frame in frames], np.arange(4) / DEFAULT_FPS)


@pytest.mark.parametrize(
    "stamps",
    [[40.0, 80.0, 80.0, 20.0, 120.0, 160.0], [math.nan] * 4, [0.0, -5.0, math.nan, 500.0, math.inf], [1e12, 0, 1e12]],
)
def test_time_never_runs_backwards_whatever_the_container_says(scripted, clock, stamps):
    frames = list(scripted(stamps, 25.0))
    times = [frame.mono for frame in frames]
    assert len(frames) == len(stamps)
    assert times[0] == clock.mono()
    assert all(math.isfinite(moment) for moment in times)
    assert all(later > earlier for earlier, later in itertools.pairwise(times))


def test_it_reads_on_behind_damaged_frames_and_counts_them(scripted):
    source = scripted([0.0, 40.0, 80.0, 120.0], 25.0, count=7, fails=(0, 3, 4))
    assert levels(source) == [0, 1, 2, 3]
    assert source.skipped == 3


def test_a_recording_that_ends_early_says_so_once(scripted, caplog):
    source = scripted([0.0] * 10, 25.0, count=100)
    assert len(list(source)) == 10
    assert source.read() is None
    assert caplog.messages == [f"{source.description}: ends about 90 frames early; it is damaged or cut off"]
    assert source.skipped == 0


@pytest.mark.parametrize("count", [-9.2e18, 0.0, 3.0, math.nan, 1e300])
def test_a_wrong_count_of_frames_does_no_harm(scripted, caplog, count):
    assert len(list(scripted([0.0] * 10, 25.0, count=count))) == 10
    assert not caplog.messages


def test_a_really_damaged_recording_is_read_to_its_end(tmp_path, caplog):
    data = bytearray(CLIP.read_bytes())
    third = len(data) // 3
    data[third : third + 40_000] = np.random.default_rng(1).bytes(40_000)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    caplog.set_level(logging.WARNING)
    with VideoFile(path) as source:
        frames = list(source)
    assert source.skipped > 0
    assert len(frames) + source.skipped > 300  # of 330
    assert frames[-1].mono - frames[0].mono > 20  # of 22 s: the end was reached
    assert len(caplog.messages) == 1


def cut(size):
    return lambda: CLIP.read_bytes()[:size]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: b"", "the file is empty"),
        (lambda: b"not a video\n" * 200, "no picture can be read from it"),
        (cut(600), "no picture can be read from it"),
        (lambda: CLIP.read_bytes()[: CLIP.read_bytes().index(b"mdat") + 4], "no picture can be read from it"),
    ],
    ids=["empty", "text", "half a header", "header without frames"],
)
def test_what_is_no_video_is_refused_with_its_name(tmp_path, data, message):
    path = tmp_path / "clip.mp4"
    path.write_bytes(data())
    with pytest.raises(InputError, match=message) as error:
        VideoFile(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.mp4: cannot be read \(No such file"):
        VideoFile(tmp_path / "none.mp4")
    with pytest.raises(InputError, match="Is a directory"):
        VideoFile(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(make_video):
    path = make_video([0])
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        VideoFile(path)


@pytest.mark.parametrize("name", ["a:b.avi", "clip_%03d.avi", "-i.avi", "sp ace ü.avi"])
def test_names_that_ffmpeg_or_opencv_could_take_for_something_else(make_video, monkeypatch, tmp_path, name):
    path = make_video([90, 90], name="plain.avi").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with VideoFile(Path(name)) as source:
        assert len(list(source)) == 2
    assert path.name == source.description


def test_after_closing_it_has_ended(make_video):
    source = VideoFile(make_video([1, 2, 3]))
    source.close()
    source.close()
    assert source.read() is None


def test_nothing_but_the_error_is_heard_of_a_file_that_is_no_video(tmp_path):
    """In its own process, where OpenCV and FFmpeg write to the real standard error, if they do."""
    paths = [tmp_path / "text.mp4", tmp_path / "cut.mp4", tmp_path / "text.jpg"]
    paths[0].write_text("not a video")
    paths[1].write_bytes(CLIP.read_bytes()[:600])
    paths[2].write_text("not a picture")
    script = (
        "import sys\nfrom edge.capture.opening import open_source\nfrom edge.contract.errors import EdgeError\n"
        "for spec in sys.argv[1:]:\n"
        "    try:\n        open_source(spec)\n"
        "    except EdgeError as error:\n        print(type(error).__name__)\n"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENCV_")}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[3])
    command = [sys.executable, "-c", script, *map(str, paths), "/dev/video99", "http://127.0.0.1:9/"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=True)
    assert done.stderr == ""
    assert done.stdout.split() == ["InputError"] * 3 + ["SourceError"] * 2


# --- cameras and streams ---


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
        Camera(f"{scheme}://joe:s3cret@127.0.0.1:{refusing_port()}/x", timeout=2)
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
            Camera(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.5)
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("address", ["99", "/dev/video99", "/dev/null"])
def test_a_camera_that_is_not_there_is_an_error_with_advice(address):
    with pytest.raises(SourceError, match=f"^{address}: cannot be opened; ") as error:
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
    assert caplog.messages == ["0: gives 1280x720 instead of 640x480"]


def test_frames_that_cannot_be_decoded_are_left_out(plug_in):
    plug_in([None, cv2.error("corrupt"), np.zeros((0, 0, 3), np.uint8), GOOD])
    with Camera("0") as source:
        assert source.read().index == 0
        assert source.skipped == 3


def test_a_pulled_plug_is_an_error(plug_in):
    plug_in([GOOD])
    with Camera("0") as source:
        source.read()
        with pytest.raises(SourceError, match=r"^0: gives no frames \(any more\); check the cable.*--source picamera"):
            source.read()


def test_a_loose_plug_is_an_error_too(plug_in):
    plug_in([None] * BAD_IN_A_ROW)
    with Camera("0") as source, pytest.raises(SourceError, match="unusable frames in a row"):
        source.read()
