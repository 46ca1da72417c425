import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convert.label_order import doubts
from edge.contract.labels import EMOTIONS
from train.metrics import measure

pytestmark = pytest.mark.train

LABELS = ("a", "b", "c")

REAL = {
    "blocks-3, 10 epochs, 49 %": [
        [0, 0, 42, 21, 283, 28, 93],
        [0, 0, 5, 3, 43, 0, 5],
        [0, 0, 41, 19, 207, 92, 135],
        [0, 0, 15, 706, 97, 27, 46],
        [0, 0, 21, 43, 384, 17, 187],
        [0, 0, 51, 18, 16, 301, 28],
        [0, 0, 21, 37, 213, 3, 331],
    ],
    "blocks-5, 10 epochs, 55 %": [
        [191, 0, 40, 21, 75, 53, 87],
        [33, 0, 4, 1, 9, 2, 7],
        [60, 0, 58, 14, 135, 136, 91],
        [28, 0, 17, 678, 20, 54, 94],
        [63, 0, 64, 27, 273, 39, 186],
        [4, 0, 28, 10, 4, 363, 5],
        [24, 0, 57, 31, 70, 28, 395],
    ],
    "mini-xception, 10 epochs, 57 %": [
        [239, 3, 36, 37, 63, 12, 77],
        [20, 12, 9, 4, 6, 0, 5],
        [71, 1, 122, 35, 102, 61, 102],
        [31, 0, 19, 720, 15, 22, 84],
        [99, 0, 47, 60, 243, 18, 185],
        [12, 0, 38, 24, 5, 307, 28],
        [57, 1, 35, 52, 55, 13, 392],
    ],
    "emotion, by votes, 92 %": [
        [216, 1, 1, 0, 5, 6, 5],
        [2, 7, 0, 0, 3, 0, 1],
        [0, 0, 30, 0, 0, 8, 2],
        [4, 0, 0, 818, 4, 6, 15],
        [1, 1, 1, 4, 227, 3, 42],
        [2, 0, 1, 6, 1, 362, 6],
        [3, 1, 0, 30, 55, 14, 960],
    ],
}
"""Of trained networks on PublicTest, in FER2013's order."""


def answers(confusion, labels: tuple[str, ...] = LABELS):
    """Figures of a network with this confusion matrix: rows are the truth, columns the answers."""
    truth, given = (np.repeat(index.ravel(), np.ravel(confusion)) for index in np.indices(np.shape(confusion)))
    return measure(np.eye(len(confusion))[given], truth, labels[: len(confusion)])


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


def test_a_label_without_pictures_takes_no_part():
    found = doubts(answers([[1, 8, 0], [9, 1, 0], [0, 0, 0]]), LABELS)
    assert "fit other labels: b,a,c in place of" in found[0]
    assert doubts(answers([[2, 1, 7], [1, 9, 0], [0, 0, 0]]), LABELS) == []  # nobody asked for c


@pytest.mark.parametrize("confusion", REAL.values(), ids=REAL)
def test_a_trained_network_raises_no_doubt(confusion):
    assert doubts(answers(confusion, EMOTIONS), EMOTIONS) == []
    for label in range(7):
        without = np.array(confusion)
        without[label] = 0
        assert doubts(answers(without, EMOTIONS), EMOTIONS) == []


@pytest.mark.parametrize("confusion", REAL.values(), ids=REAL)
@pytest.mark.parametrize("unseen", [None, "disgust", "fear", "happy"])
def test_alphabetical_outputs_of_a_trained_network_are_found_out(confusion, unseen):
    wrong = np.array(confusion)[:, [EMOTIONS.index(label) for label in sorted(EMOTIONS)]]
    if unseen is not None:
        wrong[EMOTIONS.index(unseen)] = 0
    (found,) = doubts(answers(wrong, EMOTIONS), EMOTIONS)
    assert f"its answers fit other labels: {','.join(sorted(EMOTIONS))} in place of" in found


@pytest.mark.parametrize("given", range(7))
def test_the_same_answer_to_everything_is_no_better_than_guessing(given):
    pictures = [467, 56, 494, 891, 652, 414, 605]
    (found,) = doubts(answers(np.outer(pictures, np.eye(7, dtype=int)[given]), EMOTIONS), EMOTIONS)
    assert "no better than guessing" in found


def test_a_good_network_on_pictures_of_hardly_anything_but_one_label():
    assert doubts(answers([[80, 10, 10], [0, 5, 0], [0, 1, 4]]), LABELS) == []
    assert doubts(answers([[8, 1, 1], [0, 0, 0], [0, 0, 0]]), LABELS) == []
    assert "no better than guessing" in doubts(answers([[1, 5, 4], [0, 0, 0], [0, 0, 0]]), LABELS)[0]


@settings(deadline=None)
@given(st.permutations(range(7)))
def test_any_order_is_found_again(order):
    labels = tuple("abcdefg")
    truth = np.repeat(np.arange(7), 3)
    said = np.array([order.index(label) for label in truth])  # output k gives what is really label order[k]
    found = doubts(measure(np.eye(7)[said], truth, labels), labels)
    right = ",".join(labels[label] for label in order)
    assert found == [] if list(order) == list(range(7)) else f"fit other labels: {right} in place" in found[0]
