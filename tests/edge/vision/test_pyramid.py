"""The pyramid: the same hits as OpenCV's own search of the whole picture."""

import cv2
import numpy as np
import pytest

from edge.vision import detector
from edge.vision.pyramid import Pyramid


@pytest.fixture(scope="module")
def cascade() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(detector.find_cascade()))


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """Two drawn faces, of 45 and 110 pixels, in soft noise."""
    from tests.standins import draw_face

    noise = cv2.GaussianBlur(np.random.default_rng(2).integers(60, 160, (240, 320), np.uint8), (0, 0), 3)
    noise[30:75, 20:65] = draw_face(45)
    noise[100:210, 150:260] = draw_face(110)
    return noise


def around(x: float, y: float, reach: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where across, and from where to where down."""
    return (x - reach, x + reach), (y - reach, y + reach)


def whole(cascade: cv2.CascadeClassifier, picture: np.ndarray, low: int, high: int, factor: float = 1.2) -> set:
    found = cascade.detectMultiScale(
        picture, scaleFactor=factor, minNeighbors=0, minSize=(low, low), maxSize=(high, high)
    )
    return {tuple(map(int, window)) for window in found}


@pytest.mark.parametrize("factor", [1.1, 1.2, 1.3])
def test_all_of_the_picture_gives_all_of_the_hits(cascade, picture, factor):
    expected = whole(cascade, picture, 20, 240, factor)
    assert len(expected) > 5
    assert set(Pyramid(cascade, factor, picture).hits((0, 320), (0, 240), 20, 240)) == expected


@pytest.mark.parametrize(
    ("centre", "side"), [((42, 52), 45), ((205, 155), 110), ((43.7, 51.2), 45), ((201.3, 158.9), 110)]
)
def test_a_part_of_the_picture_gives_the_hits_of_that_part(cascade, picture, centre, side):
    """OpenCV passes over the pixel beside one at which nothing is near a face, so a few differ at the part's edge."""
    low, high = side / 1.5, side * 1.5
    found = set(Pyramid(cascade, 1.2, picture).hits(*around(*centre, 0.9 * side), low, high))
    inside = {
        (x, y, width, height)
        for x, y, width, height in whole(cascade, picture, round(low), round(high))
        if all(c - 0.85 * side <= a and a + width <= c + 0.85 * side for a, c in zip((x, y), centre, strict=True))
    }
    assert len(inside) >= 3
    assert len(inside - found) <= 0.1 * len(inside)
    assert len(found - whole(cascade, picture, 20, 240)) <= 0.1 * len(found)


@pytest.mark.parametrize("border", [60, 83, 120, 121.5, 150])
@pytest.mark.parametrize("margin", [0.0, 0.12])
def test_a_band_of_rows_has_the_very_hits_of_those_rows(cascade, picture, border, margin):
    """Its rows of windows begin where those of the whole picture do, so that the same are passed over."""
    pyramid, everywhere = Pyramid(cascade, 1.2, picture), whole(cascade, picture, 20, 240)
    upper = set(pyramid.hits((0, 320), (0, border), 20, 240, margin))
    lower = set(pyramid.hits((0, 320), (border, 240), 20, 240, margin))
    assert upper | lower == everywhere
    for x, y, width, height in everywhere:
        middle, pixel = y + height / 2, width / 20
        assert (x, y, width, height) in upper or middle >= border + margin * width - pixel
        assert (x, y, width, height) in lower or middle <= border - margin * width + pixel
    assert all(y + height / 2 <= border + margin * width + 2 * width / 20 for _, y, width, height in upper)
    assert all(y + height / 2 >= border - margin * width - 2 * width / 20 for _, y, width, height in lower)


def test_sizes_are_kept_to(cascade, picture):
    pyramid = Pyramid(cascade, 1.2, picture)
    assert {width for _, _, width, _ in pyramid.hits(*around(205, 155, 200), 80, 120)} <= {86, 103}
    assert list(pyramid.hits(*around(205, 155, 200), 87, 102)) == []
    assert list(pyramid.hits(*around(205, 155, 200), 120, 80)) == []


@pytest.mark.parametrize("centre", [(-200, -200), (900, 10), (10, 900), (320, 240)])
def test_beside_the_picture_there_is_nothing(cascade, picture, centre):
    assert list(Pyramid(cascade, 1.2, picture).hits(*around(*centre, 30), 20, 240)) == []


def test_a_picture_smaller_than_the_window_has_no_hits(cascade):
    for shape in ((1, 1), (19, 300), (300, 19)):
        assert list(Pyramid(cascade, 1.2, np.zeros(shape, np.uint8)).hits(*around(5, 5, 30), 1, 300)) == []
