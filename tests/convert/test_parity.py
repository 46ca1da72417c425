import numpy as np
import pytest

from convert.errors import CheckFailed
from convert.parity import Parity, compare

KERAS = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.45, 0.55]])
INT8 = np.array([[0.8, 0.2], [0.45, 0.55], [0.25, 0.75], [0.4, 0.6]])


def test_figures():
    found = compare(KERAS, INT8, np.array([0, 0, 1, 0]))
    assert found == Parity(4, agreement=0.75, largest_difference=pytest.approx(0.15), keras_top1=0.75, int8_top1=0.5)


def test_a_loss_over_the_limit_is_refused():
    lost = Parity(1000, 0.99, 0.1, keras_top1=0.700, int8_top1=0.694)
    with pytest.raises(CheckFailed, match=r"0\.60 points on PublicTest \(70\.00% -> 69\.40%, at most 0\.5 allowed\)"):
        lost.check(0.5, "PublicTest")
    lost.check(0.6, "PublicTest")


def test_a_gain_is_no_loss():
    Parity(1000, 0.99, 0.1, keras_top1=0.700, int8_top1=0.702).check(0.0, "PublicTest")
