from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.confidence import reliability, risk_coverage


def two(*sure: float) -> np.ndarray:
    """Answers of two labels, the first the surer one, with these confidences."""
    best = np.array(sure)
    return np.stack([best, 1 - best], axis=1)


def answers(cases: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and truth for confidences in percent, and whether each answer is right."""
    return two(*(sure / 100 for sure, _ in cases)), np.array([0 if right else 1 for _, right in cases])


CASES = st.lists(st.tuples(st.integers(51, 100), st.booleans()), min_size=1, max_size=60)


def test_calibration_error_worked_out_by_hand():
    # Five bins. 0.55 and 0.60 share the bin up to 0.6 (mean 0.575, half right); 0.75 lies alone, wrong; 0.9, 0.95 and
    # 1.0 have the mean 0.95 and are all right.
    found = reliability(two(0.55, 0.6, 0.75, 0.9, 0.95, 1.0), np.array([0, 1, 1, 0, 0, 0]), bins=5)
    assert found.images.tolist() == [0, 0, 2, 1, 3]
    np.testing.assert_allclose(found.confidence, [0, 0, 0.575, 0.75, 0.95])
    np.testing.assert_allclose(found.accuracy, [0, 0, 0.5, 0, 1])
    assert found.error == pytest.approx((2 * 0.075 + 1 * 0.75 + 3 * 0.05) / 6)


def test_a_confidence_on_an_edge_belongs_to_the_lower_bin():
    assert reliability(two(0.6), np.array([0]), bins=5).images.tolist() == [0, 0, 1, 0, 0]
    assert reliability(two(0.61), np.array([0]), bins=5).images.tolist() == [0, 0, 0, 1, 0]
    assert reliability(two(1.0), np.array([0])).images.tolist() == [0] * 14 + [1]


def test_an_honest_model_has_no_error():
    truth = np.array([0] * 8 + [1] * 2)
    assert reliability(np.tile([0.8, 0.2], (10, 1)), truth).error == pytest.approx(0)
    assert reliability(np.tile([1.0, 0.0], (10, 1)), truth).error == pytest.approx(0.2)


@given(CASES)
def test_calibration_error_against_counting(cases):
    probabilities, truth = answers(cases)
    edges = [number / 10 for number in range(11)]
    total = 0.0
    for low, high in pairwise(edges):
        inside = [(sure / 100, right) for sure, right in cases if low < sure / 100 <= high]
        total += abs(sum(right for _, right in inside) - sum(sure for sure, _ in inside))
    assert reliability(probabilities, truth, bins=10).error == pytest.approx(total / len(cases), abs=1e-9)


def test_risk_and_coverage_worked_out_by_hand():
    # From sure to unsure: right, wrong, right, right; risks 0, 1/2, 1/3, 1/4.
    found = risk_coverage(two(0.6, 0.9, 0.8, 0.7), np.array([0, 0, 1, 0]))
    assert found.thresholds.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert found.coverage.tolist() == [0.25, 0.5, 0.75, 1]
    np.testing.assert_allclose(found.risk, [0, 1 / 2, 1 / 3, 1 / 4])
    assert found.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert found.at(0.75) == (0.5, 0.5)
    assert found.at(0.7) == (0.75, pytest.approx(1 / 3))  # reached by a confidence that equals it
    assert found.at(0.95) == (0, 0)
    assert found.at(0) == (1, 0.25)


def test_equal_confidences_are_kept_together():
    found = risk_coverage(two(0.9, 0.9, 0.9, 0.6), np.array([0, 1, 0, 1]))
    assert found.kept.tolist() == [3, 4]
    assert found.area == pytest.approx((3 * (1 / 3) + 1 / 2) / 4)


@given(CASES, st.randoms(use_true_random=False), st.integers(0, 101))
def test_the_order_of_the_pictures_changes_nothing(cases, random, percent):
    shuffled = random.sample(cases, len(cases))
    one, other = risk_coverage(*answers(cases)), risk_coverage(*answers(shuffled))
    assert one.kept.tolist() == other.kept.tolist()
    assert one.wrong.tolist() == other.wrong.tolist()
    kept = [right for sure, right in cases if sure / 100 >= percent / 100]
    wrong = (len(kept) - sum(kept)) / len(kept) if kept else 0
    assert one.at(percent / 100) == (pytest.approx(len(kept) / len(cases)), pytest.approx(wrong))


def test_seven_labels():
    probabilities = np.full((2, 7), 0.1)
    probabilities[0, 3] = probabilities[1, 6] = 0.4
    found = reliability(probabilities, np.array([3, 0]))
    assert found.images.sum() == 2
    assert found.error == pytest.approx(0.1)  # half right at a confidence of 0.4
