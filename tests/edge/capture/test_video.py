import itertools
import logging
import math
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.capture.demo import CLIP
from edge.capture.video import DEFAULT_FPS, VideoFile
from edge.contract.errors import InputError

ROOT = Path(__file__).parents[3]


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


def test_opening_it_again_keeps_nothing_of_the_last_time(make_video):
    opened = 50
    counting = f"""
import gc, pathlib, sys
from edge.capture.video import VideoFile
for _ in range(20):  # the first rounds fill what Python itself keeps in store
    for _ in range({opened}):
        VideoFile(pathlib.Path(sys.argv[1])).close()
    gc.collect()
    print(sys.getallocatedblocks())
"""
    # In a process of its own: here, threads of earlier tests may still be at work.
    command = [sys.executable, "-c", counting, str(make_video([10, 60]))]
    counts = list(map(int, subprocess.check_output(command, cwd=ROOT, text=True, timeout=120).split()))
    more = min(after - before for before, after in itertools.pairwise(counts))  # other things come and go meanwhile
    assert more < opened / 2


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
