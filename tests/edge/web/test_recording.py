import cv2
import numpy as np
import pytest

from edge.capture.folder import Pictures
from edge.capture.source import Clock
from edge.capture.video import VideoFile
from edge.contract.errors import InputError
from edge.web.recording import LATE, PATIENCE, Repeated
from tests.edge.web.asking import ROOT

CLIP = ROOT / "edge" / "assets" / "demo.mp4"


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.now, self.slept = 50.0, []

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now + 1e9, lambda: self.now)

    def sleep(self, seconds: float) -> None:
        assert 0 <= seconds <= PATIENCE
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def frames(stream: Repeated, count: int) -> list:
    taken = []
    while len(taken) < count:
        given = stream.read()
        taken += [given] if given is not None else []
    return taken


def test_frames_come_when_they_are_due_and_begin_again(time):
    with Repeated(lambda: VideoFile(CLIP, time.clock), time.clock, time.sleep) as stream:
        assert (stream.live, stream.description) == (True, str(CLIP))
        taken = frames(stream, 400)
    assert [frame.index for frame in taken] == list(range(400))
    monos = np.array([frame.mono for frame in taken])
    assert np.diff(monos).min() > 0
    assert np.diff(monos).max() < 0.2, "no gap where the clip of 330 frames begins again"
    assert time.now == pytest.approx(monos[-1], abs=0.01)
    assert monos[-1] - 50 == pytest.approx(399 / 15, rel=0.02)
    assert np.array_equal(taken[0].grey, taken[330].grey)


def test_a_slow_board_sees_every_frame_later(time):
    with Repeated(lambda: VideoFile(CLIP, time.clock), time.clock, time.sleep) as stream:
        taken = []
        for _ in range(400):
            taken += frames(stream, 1)
            time.now += 0.5  # to look at one takes so long
    assert [frame.index for frame in taken] == list(range(400))
    assert np.diff([frame.mono for frame in taken[:330]]).max() < 0.2, "in the recording's own time nothing is late"
    assert taken[330].mono > taken[329].mono
    assert time.now - 50 == pytest.approx(400 * 0.5, abs=1.0), "nothing is waited for"


def test_a_short_delay_is_made_up_for(time):
    with Repeated(lambda: VideoFile(CLIP, time.clock), time.clock, time.sleep) as stream:
        frames(stream, 5)
        time.now += LATE
        last = frames(stream, 20)[-1]
        assert time.now == pytest.approx(last.mono, abs=0.01)


def test_one_picture_is_looked_at_once_a_second(time, tmp_path):
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.zeros((60, 80), np.uint8))
    with Repeated(lambda: Pictures([path], "wall", None, time.clock), time.clock, time.sleep) as stream:
        taken = frames(stream, 5)
    assert np.allclose(np.diff([frame.mono for frame in taken]), 1.0)


def test_it_never_waits_long(time, tmp_path):
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((60, 80), np.uint8))
    paths = sorted(tmp_path.iterdir())
    with Repeated(lambda: Pictures(paths, "album", 0.1, time.clock), time.clock, time.sleep) as stream:
        assert stream.read().index == 0
        assert [stream.read() for _ in range(19)] == [None] * 19
        frames(stream, 1)
    assert max(time.slept) == PATIENCE


def test_a_recording_that_goes_away(time, tmp_path):
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.zeros((60, 80), np.uint8))
    with Repeated(lambda: Pictures([path], str(path), None, time.clock), time.clock, time.sleep) as stream:
        stream.read()
        path.unlink()
        with pytest.raises(InputError, match=r"wall\.png: cannot be read"):
            frames(stream, 1)


def test_skipped_frames_of_all_rounds_count(time, tmp_path):
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((60, 80), np.uint8))
    (tmp_path / "aa.png").write_bytes(b"no picture")
    paths = sorted(tmp_path.iterdir())
    with Repeated(lambda: Pictures(paths, "album", None, time.clock), time.clock, time.sleep) as stream:
        frames(stream, 6)
        assert stream.skipped == 3
