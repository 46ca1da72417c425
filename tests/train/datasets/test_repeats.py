"""Pictures that splits share."""

import numpy as np
import pytest

from edge.contract.errors import InputError
from train.datasets.examples import Examples, Splits
from train.datasets.repeats import among, apart


def greys(*values: int) -> Examples:
    """Pictures of one grey each."""
    pixels = np.array(values, np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    return Examples(pixels, np.array(values, np.int64), np.eye(9, dtype=np.float32)[list(values)])


def test_pictures_that_are_among_others_whatever_their_labels():
    assert among(greys(1, 2, 2, 3), greys(2, 5)).tolist() == [False, True, True, False]
    assert among(greys(1), greys()).tolist() == [False]


def test_training_pictures_that_are_measured_on_are_left_out():
    found = apart(Splits(greys(1, 2, 3, 4, 3), greys(3, 6), greys(4, 6), ("A", "B", "C")))
    assert found.train.labels.tolist() == [1, 2]
    assert found.train.votes.argmax(axis=1).tolist() == [1, 2]
    assert (found.validation.labels.tolist(), found.test.labels.tolist()) == ([3, 6], [4, 6])
    assert found.names == ("A", "B", "C")


def test_nothing_left():
    with pytest.raises(InputError, match="A: every picture is in the validation or the test split as well"):
        apart(Splits(greys(1, 2), greys(1), greys(2), ("A", "B", "C")))
