"""The clip that ships: that it plays everywhere, and shows a face where others rely on one."""

from pathlib import Path

import cv2
import pytest

from edge.capture import demo
from edge.capture.demo import CLIP, open_demo
from edge.contract.errors import ConfigurationError

SEEN, HIDDEN = range(0, 9), range(10, 13)
"""Whole seconds in which the face is fully in view, and in which none is; it is in view again from 14 on."""


@pytest.fixture(scope="module")
def frames():
    with open_demo() as source:
        assert source.description == "demo"
        assert not source.live
        return list(source)


def faces(frame) -> int:
    folder = Path(cv2.data.haarcascades) if hasattr(cv2, "data") else Path("/usr/share/opencv4/haarcascades")
    cascade = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))
    assert not cascade.empty()
    small = cv2.resize(frame.grey, (320, 240), interpolation=cv2.INTER_AREA)
    return len(cascade.detectMultiScale(small, scaleFactor=1.2, minNeighbors=5))


def test_it_is_22_seconds_of_640x480_at_15_frames_a_second(frames):
    assert len(frames) == 330
    assert {frame.grey.shape for frame in frames} == {(480, 640)}
    assert frames[-1].mono - frames[0].mono == pytest.approx(329 / 15, abs=0.01)
    assert CLIP.stat().st_size < 1_500_000


def test_the_face_is_there_goes_and_comes_back(frames):
    found = {second: [faces(frames[second * 15 + step]) for step in (0, 7)] for second in range(22)}
    there = [count for second in found if second in SEEN or second >= 14 for count in found[second]]
    gone = [count for second in HIDDEN for count in found[second]]
    assert sum(count >= 1 for count in there) >= 0.9 * len(there)
    assert sum(count == 1 for count in there) >= 0.9 * len(there)
    assert gone == [0] * len(gone)


def test_the_stretch_without_a_face_is_a_picture_all_the_same(frames):
    for second in HIDDEN:
        grey = frames[second * 15].grey
        assert 60 < grey.mean() < 200
        assert grey.std() > 15


def test_an_installation_without_the_clip_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "CLIP", tmp_path / "demo.mp4")
    with pytest.raises(ConfigurationError, match="install the package again"):
        open_demo()
