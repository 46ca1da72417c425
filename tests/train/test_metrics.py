import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.metrics import by_class, interval, measure, normalized

LABELS = ("a", "b", "c", "d")


def scores_for(answers: list[int], classes: int) -> np.ndarray:
    return np.eye(classes)[answers]


def test_a_small_case_worked_out_by_hand():
    truth = np.array([0, 0, 0, 1, 1, 2])
    measured = measure(scores_for([0, 0, 1, 1, 2, 2], 4), truth, LABELS)
    assert measured.images == 6
    assert measured.confusion == [[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert measured.top1 == pytest.approx(4 / 6)
    assert measured.recall == pytest.approx({"a": 2 / 3, "b": 1 / 2, "c": 1, "d": 0})
    # precisions 1, 1/2, 1/2: F1 is 4/5, 1/2, 2/3 and nothing for d
    assert measured.macro_f1 == pytest.approx((4 / 5 + 1 / 2 + 2 / 3 + 0) / 4)


def test_top3_counts_the_label_among_the_three_best():
    scores = np.array([[4, 3, 2, 1], [4, 3, 2, 1], [1, 2, 3, 4]])
    assert measure(scores, np.array([2, 3, 0]), LABELS).top3 == pytest.approx(1 / 3)
    assert measure(scores[:, :2], np.array([1, 0, 1]), LABELS[:2]).top3 == 1


def test_all_right_and_all_wrong():
    truth = np.arange(4)
    right, wrong = (
        measure(scores_for([0, 1, 2, 3], 4), truth, LABELS),
        measure(scores_for([1, 2, 3, 0], 4), truth, LABELS),
    )
    assert (right.top1, right.macro_f1) == (1, 1)
    assert (wrong.top1, wrong.macro_f1) == (0, 0)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(st.floats(-9, 9), min_size=4, max_size=4)), min_size=1, max_size=50)
)
def test_against_counting(cases):
    truth = np.array([label for label, _ in cases])
    scores = np.array([row for _, row in cases])
    measured = measure(scores, truth, LABELS)
    given_ = [max(range(4), key=lambda index, row=row: (row[index], -index)) for _, row in cases]
    pairs = list(zip(truth.tolist(), given_, strict=True))
    assert measured.confusion == [[pairs.count((row, column)) for column in range(4)] for row in range(4)]
    f1 = []
    for label in range(4):
        hits = pairs.count((label, label))
        found, there = given_.count(label), truth.tolist().count(label)
        precision, recall = hits / found if found else 0, hits / there if there else 0
        f1.append(2 * precision * recall / (precision + recall) if hits else 0)
        assert measured.recall[LABELS[label]] == pytest.approx(recall)
    assert measured.macro_f1 == pytest.approx(np.mean(f1))
    assert measured.top1 == pytest.approx(sum(one == other for one, other in pairs) / len(pairs))
    assert measured.top1 <= measured.top3 <= 1


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logits_and_probabilities_measure_alike(dtype):
    rng = np.random.default_rng(3)
    logits, truth = rng.normal(0, 2, (200, 4)), rng.integers(0, 4, 200)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert measure(logits.astype(np.float32), truth, LABELS) == measure(probabilities, truth, LABELS)
    assert measure(logits.astype(dtype), truth, LABELS).images == 200


def test_figures_by_class_worked_out_by_hand():
    truth = np.array([0, 0, 0, 1, 1, 2])
    figures = by_class(measure(scores_for([0, 0, 1, 1, 2, 2], 4), truth, LABELS))
    assert [one.label for one in figures] == list(LABELS)
    assert [one.precision for one in figures] == pytest.approx([1, 1 / 2, 1 / 2, 0])
    assert [one.recall for one in figures] == pytest.approx([2 / 3, 1 / 2, 1, 0])
    assert [one.f1 for one in figures] == pytest.approx([4 / 5, 1 / 2, 2 / 3, 0])
    assert [one.support for one in figures] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("share", "of", "low", "high"),
    # Worked out with the formula on paper; 0 and 1 of 10 are the usual textbook cases.
    [(0.5, 10, 0.2366, 0.7634), (0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.7, 3574, 0.6848, 0.7148)],
)
def test_the_interval_of_a_share(share, of, low, high):
    assert interval(share, of) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_an_interval_of_nothing():
    with pytest.raises(ValueError, match="at least one"):
        interval(0.5, 0)


def test_two_sigmoids_are_made_to_add_up_as_the_edge_does():
    found = normalized(np.array([[0.9, 0.3], [0.2, 0.2], [0.0, 0.0]], np.float32))
    np.testing.assert_allclose(found, [[0.75, 0.25], [0.5, 0.5], [0.5, 0.5]], rtol=1e-6)
    assert found.dtype == np.float64
