import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convert.threshold import choose_gate_threshold, choose_threshold


def answers(*pairs: tuple[float, bool]) -> tuple[np.ndarray, np.ndarray]:
    """How sure answers are, and whether they are right."""
    return np.array([confidence for confidence, _ in pairs]), np.array([right for _, right in pairs])


def test_it_lies_where_answers_turn_wrong():
    found = choose_threshold(
        *answers((0.9, True), (0.8, True), (0.7, False), (0.65, True), (0.6, False), (0.55, False))
    )
    assert found.value == 0.65
    assert found.uncertain == pytest.approx(2 / 6)
    assert found.top1 == pytest.approx(3 / 4)


def test_a_model_that_is_always_right_is_never_uncertain():
    found = choose_threshold(*answers((0.9, True), (0.6, True), (0.52, True)))
    assert (found.value, found.uncertain, found.top1) == (0.52, 0.0, 1.0)


def test_certainty_stays_inside_the_range_of_a_threshold():
    assert choose_threshold(*answers((1.0, True), (0.6, False))).value == 0.999


@given(st.lists(st.tuples(st.floats(0.5, 1.0), st.booleans()), min_size=1, max_size=60))
def test_no_other_threshold_gains_more(pairs):
    confidence, right = answers(*pairs)
    value = choose_threshold(confidence, right).value

    def gain(threshold: float) -> int:
        return int(np.where(right, 1, -1)[confidence >= threshold].sum())

    # Three decimals are all that is kept, so only thresholds that far apart are compared; one answer is always kept.
    near = int(((confidence >= value) & (confidence < value + 0.0011)).sum())
    assert gain(value) >= max(gain(other) for other in confidence) - near


@pytest.mark.parametrize(
    ("human", "value"),
    [
        ([0.99] * 1000, 0.75),
        ([0.99] * 994 + [0.6] * 6, 0.6),
        ([0.99] * 995 + [0.6] * 5, 0.75),
        ([0.99] * 900 + [0.3] * 100, 0.5),
        ([], 0.5),
    ],
    ids=["never over 0.75", "what 99.5 % pass", "five of a thousand may be lost", "never under 0.5", "no faces"],
)
def test_a_gate_is_as_strict_as_its_faces_allow(human, value):
    others = [0.1, 0.55, 0.7, 0.9]
    face = np.array([True] * len(human) + [False] * 4)
    found = choose_gate_threshold(np.array([*human, *others]), face)
    assert found.value == value
    assert found.passing == pytest.approx(np.mean(np.array(human) >= value) if human else 0)
    assert found.stopped == pytest.approx(np.mean(np.array(others) < value))
