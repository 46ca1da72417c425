import numpy as np
import pytest

from convert.parity import Limits, Parity, compare

KERAS = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.45, 0.55]])
INT8 = np.array([[0.8, 0.2], [0.45, 0.55], [0.25, 0.75], [0.4, 0.6]])


def parity(before: float, after: float, **changes: float) -> Parity:
    support = dict.fromkeys(changes, 100)
    return Parity(1000, 0.99, 0.1, before, after, 1.0, 1.0, changes, support)


def test_figures():
    found = compare(KERAS, INT8, np.array([0, 0, 1, 0]), ("a", "b"))
    assert found == Parity(
        images=4,
        agreement=0.75,
        largest_difference=pytest.approx(0.15),
        keras_top1=0.75,
        top1=0.5,
        keras_top3=1.0,
        top3=1.0,
        recall_change={"a": pytest.approx(-1 / 3), "b": 0.0},
        support={"a": 3, "b": 1},
    )


def test_a_loss_over_the_limit_is_told():
    lost = parity(0.700, 0.694)
    assert lost.losses(Limits(), "int8", "PublicTest") == [
        "int8 loses 0.60 points on PublicTest (70.00% -> 69.40%, at most 0.5 allowed)"
    ]
    assert lost.losses(Limits(top1=0.6), "int8", "PublicTest") == []


def test_a_gain_is_no_loss():
    assert parity(0.700, 0.702, fear=0.1).losses(Limits(0.0, 0.0), "int8", "PublicTest") == []


def test_one_label_may_not_pay_for_the_others():
    lost = parity(0.700, 0.702, fear=-0.04, happy=0.1, sad=-0.03)
    assert lost.losses(Limits(), "dynamic", "PublicTest") == [
        "dynamic loses 4.00 points of the recall of fear (100 pictures, at most 3 allowed)"
    ]
    assert lost.losses(Limits(recall=4.0), "dynamic", "PublicTest") == []


def test_one_picture_is_never_held_against_a_model():
    one = Parity(60, 0.98, 0.1, 1.0, 59 / 60, 1.0, 1.0, {}, {})
    assert one.losses(Limits(), "int8", "own validation") == []
    two = Parity(60, 0.96, 0.1, 1.0, 58 / 60, 1.0, 1.0, {}, {})
    assert two.losses(Limits(), "int8", "own validation") == [
        "int8 loses 3.33 points on own validation (100.00% -> 96.67%, at most 0.5 allowed)"
    ]


def test_one_picture_is_never_held_against_a_label():
    few = Parity(1000, 0.99, 0.1, 0.7, 0.7, 1.0, 1.0, {"disgust": -0.1}, {"disgust": 10})
    assert few.losses(Limits(), "int8", "PublicTest") == []
    two = Parity(1000, 0.99, 0.1, 0.7, 0.7, 1.0, 1.0, {"disgust": -0.2}, {"disgust": 10})
    assert len(two.losses(Limits(), "int8", "PublicTest")) == 1
