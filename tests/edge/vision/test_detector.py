"""The Haar detector: where the faces are, in pixels of the frame, and what it says of a broken installation."""

import csv
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.capture.demo import open_demo
from edge.contract.errors import ConfigurationError
from edge.contract.records import Box
from edge.vision import detector
from edge.vision.detector import HaarDetector
from tests.closed import closed_folder


@pytest.fixture
def haar():
    return HaarDetector()


@pytest.fixture(scope="module")
def demo() -> list[np.ndarray]:
    """Two seconds of the clip, every second frame."""
    with open_demo() as source:
        return [frame.grey for frame in source if frame.index < 32 and frame.index % 2 == 0]


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
    assert haar._reduce(np.zeros(shape, np.uint8)).shape == searched


@pytest.mark.parametrize("shape", [(25000, 1280), (25000, 320), (9000, 1000), (700, 300)])
def test_a_strip_costs_no_more_than_a_portrait(haar, shape):
    small = haar._reduce(np.zeros(shape, np.uint8))
    assert small.size <= 2 * 320**2 * 1.01
    assert small.shape[0] / small.shape[1] == pytest.approx(shape[0] / shape[1], rel=0.01)


def test_a_wider_search_finds_smaller_faces(draw_face):
    frame = scene((1080, 1920), (draw_face(90), 900, 500))
    assert HaarDetector().detect(frame) == []
    assert len(HaarDetector(search_width=960).detect(frame)) == 1


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


def lowered(frame: np.ndarray, rows: int) -> np.ndarray:
    """A frame moved down, or up, with its edge repeated."""
    return cv2.copyMakeBorder(frame, max(rows, 0), max(-rows, 0), 0, 0, cv2.BORDER_REPLICATE)[
        max(-rows, 0) : max(-rows, 0) + len(frame)
    ]


@pytest.mark.parametrize("apart", [-0.6, -0.3, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.3, 0.6])
def test_each_half_has_the_very_boxes_of_the_whole_search(demo, apart):
    """Also of faces on the border: `apart` is by how many sides their middles lie below it."""
    haar, seen = HaarDetector(), 0
    for frame in demo:
        for box in haar.detect(frame)[:1]:
            wanted = round(240 + apart * box.height - (box.y + box.height / 2))
            moved = lowered(frame, wanted)
            for whole in haar.detect(moved):
                assert whole in haar.detect_part(moved, haar.part_of(moved, whole))
                seen += 1
    assert seen >= 7


def test_a_half_has_no_faces_of_the_other(haar, draw_face):
    frame = scene((480, 640), (draw_face(80), 30, 40), (draw_face(100), 400, 300))
    lower, upper = haar.detect(frame)
    assert [haar.detect_part(frame, part) for part in (0, 1)] == [[upper], [lower]]


@pytest.mark.parametrize(("y", "part"), [(40, 0), (170, 0), (210, 1), (330, 1)])
def test_a_face_is_found_in_the_part_that_it_belongs_to(haar, draw_face, y, part):
    frame = scene((480, 640), (draw_face(100), 151, y))
    (whole,) = haar.detect(frame)
    assert haar.part_of(frame, whole) == part
    assert whole in haar.detect_part(frame, part)


def test_no_part_holds_a_face_under_the_smallest_size_even_where_that_is_over_the_picture(draw_face):
    frame = scene((480, 640), (draw_face(100), 151, 103))
    haar = HaarDetector(smallest=600)
    assert [haar.detect(frame), haar.detect_part(frame, 0), haar.detect_part(frame, 1)] == [[], [], []]


@pytest.mark.parametrize("shape", [(20, 20), (19, 300), (1, 1), (0, 0)])
def test_a_part_of_a_tiny_picture_holds_nothing(haar, shape):
    assert [haar.detect_part(np.zeros(shape, np.uint8), part) for part in (0, 1)] == [[], []]
    assert haar.part_of(np.zeros(shape, np.uint8), Box(0, 0, 5, 5)) in (0, 1)


@pytest.mark.parametrize(("y", "part"), [(-90, 0), (-900, 0), (479, 1), (900, 1)])
def test_a_place_beside_the_picture_belongs_to_the_nearest_part(haar, y, part):
    assert haar.part_of(np.zeros((480, 640), np.uint8), Box(0, y, 90, 90)) == part


@pytest.mark.parametrize(
    ("shape", "size"),
    [((480, 640), (30, 40)), ((1080, 1920), (27, 48)), ((100, 100), (6, 6)), ((1, 1), (1, 1)), ((2, 5000), (1, 312))],
)
def test_the_smallest_face_is_three_pixels_wide_in_the_outline(haar, shape, size):
    """48 pixels, or the cascade's own 20 where a wide frame is searched at 320."""
    outline = haar.outline(np.full(shape, 77, np.uint8))
    assert (outline.shape, outline.dtype) == (size, np.uint8)
    assert (outline == 77).all()
    assert haar.outline(np.zeros((0, 0), np.uint8)).size == 0


@pytest.mark.parametrize("strength", [0.15, 1.0])
def test_a_face_shows_in_the_outline_and_noise_hardly_does(haar, draw_face, strength):
    rng = np.random.default_rng(5)

    def noisy(frame: np.ndarray) -> np.ndarray:
        return np.clip(frame + rng.normal(0, 8, frame.shape), 0, 255).astype(np.uint8)

    empty = scene((480, 640))
    face = np.clip(110 + strength * (draw_face(60) - 110.0), 0, 255).astype(np.uint8)
    first, second, third = map(haar.outline, (noisy(empty), noisy(empty), noisy(scene((480, 640), (face, 333, 201)))))
    assert cv2.absdiff(first, second).max() <= 4
    assert cv2.absdiff(second, third).max() > 4


@pytest.mark.parametrize("side", [70, 100, 200, 300])
@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (15, -10), (-30, 0), (0, 30)])  # percent of the side
def test_near_finds_what_the_whole_search_finds(haar, draw_face, side, dx, dy):
    frame = scene((480, 640), (draw_face(side), 151, 103))
    (whole,) = haar.detect(frame)
    last = Box(whole.x + dx * side // 100, whole.y + dy * side // 100, whole.width, whole.height)
    ((near,),) = haar.detect_near(frame, [(last, 0.3)])
    assert near.iou(whole) > 0.85


def test_near_has_the_very_hits_of_the_whole_search(demo):
    """Nine of ten boxes are the same to the pixel; the rest has hits that are further off, or of other sizes."""
    haar = HaarDetector()
    whole = [haar.detect(frame) for frame in demo]
    overlaps = [
        max((box.iou(now[0]) for box in next(haar.detect_near(frame, [(last[0], 0.3)]))), default=0.0)
        for frame, last, now in zip(demo[1:], whole, whole[1:], strict=False)
        if len(last) == len(now) == 1
    ]
    assert len(overlaps) > 12
    assert np.median(overlaps) == 1.0
    assert min(overlaps) > 0.85


def test_near_looks_neither_far_nor_for_other_sizes(haar, draw_face):
    frame = scene((480, 640), (draw_face(80), 30, 40), (draw_face(200), 300, 200))
    large, small = haar.detect(frame)
    assert [box.iou(small) > 0.7 for box in next(haar.detect_near(frame, [(small, 0.3)]))] == [True]
    others = [Box(large.x + 60, large.y + 60, 80, 80), Box(small.x + 100, small.y, 80, 80)]
    assert list(haar.detect_near(frame, [(other, 0.3) for other in others])) == [[], []]


@pytest.mark.parametrize(
    "box", [Box(-300, 0, 80, 80), Box(0, 900, 80, 80), Box(630, 470, 10, 10), Box(600, 440, 5, 90)]
)
@pytest.mark.parametrize("shape", [(480, 640), (20, 20), (1, 1)])
def test_near_a_place_outside_or_too_small_there_is_nothing(haar, box, shape):
    assert list(haar.detect_near(np.zeros(shape, np.uint8), [(box, 0.3)])) == [[]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.integers(-60, 260), y=st.integers(-60, 200), side=st.integers(20, 160), width=st.sampled_from([150, 320, 640])
)
def test_boxes_near_a_place_lie_inside_any_frame(draw_face, x, y, side, width):
    frame = scene((300, 400), (draw_face(140), 120, 80))[17:240, 23:344]
    haar = HaarDetector(search_width=width, smallest=20, min_neighbors=0)
    for box in next(haar.detect_near(frame, [(Box(x, y, side, side), 0.3)])):
        assert 0 <= box.x < box.x + box.width <= 321
        assert 0 <= box.y < box.y + box.height <= 223


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
