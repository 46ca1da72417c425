import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convert.label_order import doubts
from train.metrics import measure

LABELS = ("a", "b", "c")


def answers(confusion: list[list[int]]):
    """Figures of a network with this confusion matrix: rows are the truth, columns the answers."""
    pairs = [(i, j) for i, row in enumerate(confusion) for j, count in enumerate(row) for _ in range(count)]
    truth, given = np.array(pairs).T
    return measure(np.eye(len(confusion))[given], truth, LABELS[: len(confusion)])


def test_two_labels_that_changed_places():
    (found,) = doubts(answers([[8, 1, 1], [2, 1, 7], [1, 6, 3]]), LABELS)
    assert "fit other labels: a,c,b in place of a,b,c" in found


def test_a_ring_of_three():
    """Pictures of a are called b, of b c, of c a: output 1 stands for a, output 2 for b, output 0 for c."""
    (found,) = doubts(answers([[1, 8, 1], [0, 2, 8], [9, 0, 1]]), LABELS)
    assert "fit other labels: c,a,b" in found


@pytest.mark.parametrize(
    "confusion",
    [
        [[8, 1, 1], [1, 8, 1], [1, 1, 8]],
        [[8, 1, 1], [7, 2, 1], [1, 1, 8]],  # weak: most of b are called a, but so are those of a
        [[8, 1, 1], [5, 5, 0], [1, 1, 8]],
    ],
)
def test_a_network_that_is_only_weak_raises_no_doubt(confusion):
    assert doubts(answers(confusion), LABELS) == []


def test_a_network_that_guesses():
    (found,) = doubts(answers([[10, 0, 0], [10, 0, 0], [10, 0, 0]]), LABELS)
    assert "right on 33.3% of 30 pictures, no better than guessing" in found


def test_a_label_without_pictures_says_nothing_about_the_order():
    found = doubts(answers([[1, 8, 0], [9, 1, 0], [0, 0, 0]]), LABELS)
    assert all("fit other labels" not in doubt for doubt in found)


@settings(deadline=None)
@given(st.permutations(range(7)))
def test_any_order_is_found_again(order):
    labels = tuple("abcdefg")
    truth = np.repeat(np.arange(7), 3)
    said = np.array([order.index(label) for label in truth])  # output k gives what is really label order[k]
    found = doubts(measure(np.eye(7)[said], truth, labels), labels)
    right = ",".join(labels[label] for label in order)
    assert found == [] if list(order) == list(range(7)) else f"fit other labels: {right} in place" in found[0]
