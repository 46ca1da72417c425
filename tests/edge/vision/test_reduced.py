"""One reduced picture: its halves, the places of known faces and its outline give what the whole search gives."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.capture.demo import open_demo
from edge.contract.records import Box
from edge.vision.detector import HaarDetector


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


def test_what_was_searched_before_changes_nothing(haar, demo):
    """The levels that one search made serve the next."""
    for frame in demo:
        used = haar.reduce(frame)
        places = [(box, 0.3) for box in used.detect()]
        for _ in range(2):
            assert list(used.detect_near(places)) == list(haar.reduce(frame).detect_near(places))
            assert used.detect_part(0) == haar.reduce(frame).detect_part(0)
            assert used.detect_part(1) == haar.reduce(frame).detect_part(1)
            assert used.detect() == haar.reduce(frame).detect()


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
            picture = haar.reduce(moved)
            for whole in picture.detect():
                assert whole in picture.detect_part(picture.part_of(whole))
                seen += 1
    assert seen >= 7


def test_a_half_has_no_faces_of_the_other(haar, draw_face):
    frame = scene((480, 640), (draw_face(80), 30, 40), (draw_face(100), 400, 300))
    picture = haar.reduce(frame)
    lower, upper = picture.detect()
    assert [picture.detect_part(part) for part in (0, 1)] == [[upper], [lower]]


@pytest.mark.parametrize(("y", "part"), [(40, 0), (170, 0), (210, 1), (330, 1)])
def test_a_face_is_found_in_the_part_that_it_belongs_to(haar, draw_face, y, part):
    picture = haar.reduce(scene((480, 640), (draw_face(100), 151, y)))
    (whole,) = picture.detect()
    assert picture.part_of(whole) == part
    assert whole in picture.detect_part(part)


def test_no_part_holds_a_face_under_the_smallest_size_even_where_that_is_over_the_picture(draw_face):
    picture = HaarDetector(smallest=600).reduce(scene((480, 640), (draw_face(100), 151, 103)))
    assert [picture.detect(), picture.detect_part(0), picture.detect_part(1)] == [[], [], []]


@pytest.mark.parametrize("shape", [(20, 20), (19, 300), (1, 1), (0, 0)])
def test_a_part_of_a_tiny_picture_holds_nothing(haar, shape):
    picture = haar.reduce(np.zeros(shape, np.uint8))
    assert [picture.detect_part(part) for part in (0, 1)] == [[], []]
    assert picture.part_of(Box(0, 0, 5, 5)) in (0, 1)


@pytest.mark.parametrize(("y", "part"), [(-90, 0), (-900, 0), (479, 1), (900, 1)])
def test_a_place_beside_the_picture_belongs_to_the_nearest_part(haar, y, part):
    assert haar.reduce(np.zeros((480, 640), np.uint8)).part_of(Box(0, y, 90, 90)) == part


@pytest.mark.parametrize(
    ("shape", "size"),
    [((480, 640), (30, 40)), ((1080, 1920), (27, 48)), ((100, 100), (6, 6)), ((1, 1), (1, 1)), ((2, 5000), (1, 312))],
)
def test_the_smallest_face_is_three_pixels_wide_in_the_outline(haar, shape, size):
    """48 pixels, or the cascade's own 20 where a wide frame is searched at 320."""
    outline = haar.reduce(np.full(shape, 77, np.uint8)).outline()
    assert (outline.shape, outline.dtype) == (size, np.uint8)
    assert (outline == 77).all()
    assert haar.reduce(np.zeros((0, 0), np.uint8)).outline().size == 0


@pytest.mark.parametrize("strength", [0.15, 1.0])
def test_a_face_shows_in_the_outline_and_noise_hardly_does(haar, draw_face, strength):
    rng = np.random.default_rng(5)

    def noisy(frame: np.ndarray) -> np.ndarray:
        return np.clip(frame + rng.normal(0, 8, frame.shape), 0, 255).astype(np.uint8)

    empty = scene((480, 640))
    face = np.clip(110 + strength * (draw_face(60) - 110.0), 0, 255).astype(np.uint8)
    frames = noisy(empty), noisy(empty), noisy(scene((480, 640), (face, 333, 201)))
    first, second, third = (haar.reduce(frame).outline() for frame in frames)
    assert cv2.absdiff(first, second).max() <= 4
    assert cv2.absdiff(second, third).max() > 4


@pytest.mark.parametrize("side", [70, 100, 200, 300])
@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (15, -10), (-30, 0), (0, 30)])  # percent of the side
def test_near_finds_what_the_whole_search_finds(haar, draw_face, side, dx, dy):
    frame = scene((480, 640), (draw_face(side), 151, 103))
    (whole,) = haar.detect(frame)
    last = Box(whole.x + dx * side // 100, whole.y + dy * side // 100, whole.width, whole.height)
    ((near,),) = haar.reduce(frame).detect_near([(last, 0.3)])
    assert near.iou(whole) > 0.85


def test_near_has_the_very_hits_of_the_whole_search(demo):
    """Nine of ten boxes are the same to the pixel; the rest has hits that are further off, or of other sizes."""
    haar = HaarDetector()
    whole = [haar.detect(frame) for frame in demo]
    overlaps = [
        max((box.iou(now[0]) for box in next(haar.reduce(frame).detect_near([(last[0], 0.3)]))), default=0.0)
        for frame, last, now in zip(demo[1:], whole, whole[1:], strict=False)
        if len(last) == len(now) == 1
    ]
    assert len(overlaps) > 12
    assert np.median(overlaps) == 1.0
    assert min(overlaps) > 0.85


def test_near_looks_neither_far_nor_for_other_sizes(haar, draw_face):
    frame = scene((480, 640), (draw_face(80), 30, 40), (draw_face(200), 300, 200))
    large, small = haar.detect(frame)
    assert [box.iou(small) > 0.7 for box in next(haar.reduce(frame).detect_near([(small, 0.3)]))] == [True]
    others = [Box(large.x + 60, large.y + 60, 80, 80), Box(small.x + 100, small.y, 80, 80)]
    assert list(haar.reduce(frame).detect_near([(other, 0.3) for other in others])) == [[], []]


@pytest.mark.parametrize(
    "box", [Box(-300, 0, 80, 80), Box(0, 900, 80, 80), Box(630, 470, 10, 10), Box(600, 440, 5, 90)]
)
@pytest.mark.parametrize("shape", [(480, 640), (20, 20), (1, 1)])
def test_near_a_place_outside_or_too_small_there_is_nothing(haar, box, shape):
    assert list(haar.reduce(np.zeros(shape, np.uint8)).detect_near([(box, 0.3)])) == [[]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.integers(-60, 260), y=st.integers(-60, 200), side=st.integers(20, 160), width=st.sampled_from([150, 320, 640])
)
def test_boxes_near_a_place_lie_inside_any_frame(draw_face, x, y, side, width):
    frame = scene((300, 400), (draw_face(140), 120, 80))[17:240, 23:344]
    haar = HaarDetector(search_width=width, smallest=20, min_neighbors=0)
    for box in next(haar.reduce(frame).detect_near([(Box(x, y, side, side), 0.3)])):
        assert 0 <= box.x < box.x + box.width <= 321
        assert 0 <= box.y < box.y + box.height <= 223
