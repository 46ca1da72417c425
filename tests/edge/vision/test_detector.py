"""The Haar detector: where the faces are, in pixels of the frame, and what it says of a broken installation."""

import csv
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.errors import ConfigurationError
from edge.contract.records import Box
from edge.vision import detector
from edge.vision.detector import HaarDetector
from tests.closed import closed_folder


@pytest.fixture
def haar():
    return HaarDetector()


def scene(shape: tuple[int, int], *faces: tuple[np.ndarray, int, int]) -> np.ndarray:
    frame = np.full(shape, 110, np.uint8)
    for face, x, y in faces:
        frame[y : y + len(face), x : x + len(face)] = face
    return frame


@pytest.mark.parametrize("side", [70, 80, 100, 140, 200, 300])
@pytest.mark.parametrize(("x", "y"), [(151, 103), (160, 60), (333, 180)])
def test_finds_a_face_of_any_size_in_frame_pixels(haar, draw_face, side, x, y):
    boxes = haar.detect(scene((480, 640), (draw_face(side), x, y)))
    assert len(boxes) == 1
    assert boxes[0].iou(Box(x, y, side, side)) > 0.6


def test_the_largest_face_comes_first(haar, draw_face):
    faces = [(draw_face(80), 30, 40), (draw_face(200), 200, 200), (draw_face(120), 480, 60)]
    boxes = haar.detect(scene((480, 640), *faces))
    assert [min(faces, key=lambda face: abs(box.x - face[1]))[1] for box in boxes] == [200, 480, 30]


def test_an_empty_scene_has_no_faces(haar):
    assert haar.detect(scene((480, 640))) == []


def test_faces_under_the_smallest_size_are_not_reported(draw_face):
    frame = scene((480, 640), (draw_face(80), 30, 40), (draw_face(200), 300, 200))
    boxes = HaarDetector(smallest=150).detect(frame)
    assert [box.width >= 150 for box in boxes] == [True]


def test_a_larger_frame_is_searched_at_the_same_size(haar, draw_face):
    frame = scene((240, 320), (draw_face(100), 60, 50))
    small = HaarDetector(smallest=24).detect(frame)
    larger = haar.detect(np.kron(frame, np.ones((2, 2), np.uint8)))
    assert [(box.x * 2, box.y * 2, box.width * 2, box.height * 2) for box in small] == [
        (box.x, box.y, box.width, box.height) for box in larger
    ]


@pytest.mark.parametrize(
    ("shape", "searched"),
    [
        ((480, 640), (240, 320)),
        ((1080, 1920), (180, 320)),
        ((1920, 1080), (569, 320)),
        ((4032, 3024), (427, 320)),
        ((2000, 1000), (640, 320)),
        ((320, 180), (320, 180)),
        ((2, 5000), (2, 5000)),
    ],
)
def test_landscapes_and_portraits_are_searched_at_the_width(haar, shape, searched):
    assert haar.reduce(np.zeros(shape, np.uint8))._small.shape == searched


@pytest.mark.parametrize("shape", [(25000, 1280), (25000, 320), (9000, 1000), (700, 300)])
def test_a_strip_costs_no_more_than_a_portrait(haar, shape):
    small = haar.reduce(np.zeros(shape, np.uint8))._small
    assert small.size <= 2 * 320**2 * 1.01
    assert small.shape[0] / small.shape[1] == pytest.approx(shape[0] / shape[1], rel=0.01)


def test_a_wider_search_finds_smaller_faces(draw_face):
    frame = scene((1080, 1920), (draw_face(90), 900, 500))
    assert HaarDetector().detect(frame) == []
    assert len(HaarDetector(search_width=960).detect(frame)) == 1


def test_a_buffer_that_holds_another_picture_now_is_searched_anew(haar, draw_face):
    frame = scene((480, 640), (draw_face(100), 60, 50))
    before = haar.detect(frame)
    frame[:] = scene((480, 640), (draw_face(100), 360, 250))
    (now,) = haar.detect(frame)
    assert (len(before), now.x > 300) == (1, True)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2000), (2000, 1), (19, 19), (20, 20), (59, 640), (0, 0), (0, 640)])
def test_pictures_too_small_for_a_face_have_none(haar, shape):
    assert haar.detect(np.zeros(shape, np.uint8)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.integers(-30, 260),
    y=st.integers(-30, 200),
    side=st.integers(40, 160),
    rows=st.integers(30, 223),
    columns=st.integers(30, 321),
)
def test_boxes_lie_inside_any_frame(draw_face, x, y, side, rows, columns):
    large = scene((500, 600), (draw_face(side), 30 + x, 30 + y))
    frame = large[30 : 30 + rows, 30 : 30 + columns]  # not contiguous, and the face may reach over its edge
    frame.setflags(write=False)
    for box in HaarDetector(search_width=150, smallest=20, min_neighbors=0).detect(frame):
        assert 0 <= box.x < box.x + box.width <= columns
        assert 0 <= box.y < box.y + box.height <= rows


@pytest.fixture(autouse=True, scope="module")
def _threads():
    before = cv2.getNumThreads()
    yield
    cv2.setNumThreads(before)


def test_the_caller_chooses_the_threads():
    HaarDetector(threads=2)
    assert cv2.getNumThreads() == 2
    HaarDetector()
    assert cv2.getNumThreads() == 1


def refusal(*arguments) -> str:
    with pytest.raises(ConfigurationError) as caught:
        HaarDetector(*arguments)
    assert caught.value.exit_code == 78
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_cascade_is_named(tmp_path):
    assert str(tmp_path / "none.xml") in refusal(tmp_path / "none.xml")
    assert str(tmp_path) in refusal(tmp_path)


@pytest.mark.parametrize(
    "keep",
    [
        pytest.param(lambda whole: b"", id="empty"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut"),
        pytest.param(lambda whole: b"not xml", id="text"),
        pytest.param(lambda whole: b"<?xml version='1.0'?><opencv_storage><a>1</a></opencv_storage>", id="other xml"),
    ],
)
def test_a_broken_cascade_is_refused(tmp_path, keep):
    path = tmp_path / "cascade.xml"
    path.write_bytes(keep(detector.find_cascade().read_bytes()))
    message = refusal(path)
    assert str(path) in message
    assert "install" in message


def test_opencv_without_cascades_is_refused_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.delattr(cv2, "CascadeClassifier")
    monkeypatch.delattr(cv2, "data", raising=False)
    message = refusal()
    assert cv2.__version__ in message
    assert "python -m pip install -r requirements-edge.txt" in message


def test_debians_cascade_is_used_where_opencv_brings_none(monkeypatch, tmp_path, draw_face):
    cascade = tmp_path / "two" / detector.CASCADE
    cascade.parent.mkdir()
    cascade.write_bytes(detector.find_cascade().read_bytes())
    monkeypatch.delattr(cv2, "data", raising=False)
    monkeypatch.setattr(detector, "_DEBIAN", (tmp_path / "one", tmp_path / "two"))
    assert detector.find_cascade() == cascade
    assert len(HaarDetector().detect(scene((240, 320), (draw_face(100), 60, 50)))) == 1
    cascade.unlink()
    message = refusal()
    assert str(tmp_path / "one") in message
    assert "sudo apt install opencv-data" in message


def test_finds_the_measured_share_of_real_faces(haar, faces):
    found = 0
    for face, _ in faces:
        frame = scene((480, 640), (cv2.resize(face, (140, 140), interpolation=cv2.INTER_CUBIC), 240, 170))
        found += any(box.iou(Box(240, 170, 140, 140)) > 0.4 for box in haar.detect(frame))
    assert found / len(faces) > 0.7


def test_finds_few_faces_where_there_are_none(haar, data_folder):
    with (data_folder / "bsds500_haar_windows.csv").open(newline="") as file:
        people = {row["image"] for row in csv.DictReader(file) if row["label"] != "other"}
    windows = 0
    scenes = 0
    with zipfile.ZipFile(data_folder / "bsds500_train_val.zip") as archive:
        for name in sorted(archive.namelist()):
            if "/val/" in f"/{name}" and name.endswith(".jpg") and Path(name).name not in people:
                photo = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_GRAYSCALE)
                windows += len(haar.detect(cv2.resize(photo, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)))
                scenes += 1
    assert scenes > 50
    assert windows / scenes < 0.06


def test_a_cascade_that_may_not_be_read_is_refused(tmp_path):
    with closed_folder(tmp_path) as closed:
        assert "cannot be read (Permission denied)" in refusal(closed / "cascade.xml")
