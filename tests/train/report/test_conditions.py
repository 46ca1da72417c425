from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.report.conditions import Group, brightness, draw_groups, quartiles, sharpness


def test_brightness_is_the_mean_grey():
    pixels = np.stack([np.full((4, 4), 200, np.uint8), np.array([[0, 255] * 2] * 4, np.uint8)])
    assert brightness(pixels).tolist() == [200, 127.5]


def test_blur_and_enlarging_lower_the_sharpness():
    sharp = np.random.default_rng(1).integers(0, 256, (48, 48)).astype(np.uint8)
    coarse = cv2.resize(cv2.resize(sharp, (24, 24), interpolation=cv2.INTER_AREA), (48, 48))
    even = np.full((48, 48), 90, np.uint8)
    found = sharpness(np.stack([sharp, cv2.GaussianBlur(sharp, (0, 0), 1), coarse, even]))
    assert found[0] > max(found[1], found[2])
    assert found[3] == 0


def test_the_sharpness_of_one_white_pixel():
    pixels = np.zeros((1, 5, 5), np.uint8)
    pixels[0, 2, 2] = 10
    # Laplacian: -40 in the middle, 10 at its four neighbours, mean 0
    assert sharpness(pixels)[0] == pytest.approx((40**2 + 4 * 10**2) / 25)


def test_quartiles_worked_out_by_hand():
    values = np.array([8.0, 1, 2, 3, 4, 5, 6, 7])
    right = np.array([True, True, False, True, True, False, False, True])
    assert quartiles(values, right) == (Group(1, 2, 2, 0.5), Group(3, 4, 2, 1), Group(5, 6, 2, 0), Group(7, 8, 2, 1))


def test_equal_values_are_one_group():
    assert quartiles(np.full(9, 5.0), np.arange(9) < 3) == (Group(5, 5, 9, pytest.approx(1 / 3)),)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=50))
def test_every_picture_is_in_one_group(cases):
    values, right = np.array([value for value, _ in cases], float), np.array([right for _, right in cases])
    groups = quartiles(values, right)
    assert sum(group.images for group in groups) == len(cases)
    assert sum(group.images * group.top1 for group in groups) == pytest.approx(right.sum())
    assert all(one.high < other.low for one, other in pairwise(groups))


def test_bars_with_counts():
    axes = draw_groups((Group(1, 2, 1200, 0.5), Group(3, 9, 10, 1.0)), "title", "what").axes[0]
    assert [bar.get_height() for bar in axes.patches] == [50, 100]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1 to 2\n1,200 pictures", "3 to 9\n10 pictures"]
    assert [text.get_text() for text in axes.texts] == ["50.0", "100.0"]
