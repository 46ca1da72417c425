import numpy as np
import pytest

from convert.temperature import fit_temperature, tempered
from edge.contract.classifier import softmax


def answers(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose labels are drawn from them at a temperature, so that this one is the right one."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (count, 7)).astype(np.float32)
    drawn = rng.random(count)[:, None] < np.cumsum(softmax(logits, temperature), axis=1)
    return logits, drawn.argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 3.5])
def test_it_finds_the_temperature_that_the_labels_were_drawn_at(temperature):
    logits, truth = answers(temperature)
    found = fit_temperature(softmax(logits), truth)
    assert found.value == pytest.approx(temperature, rel=0.05)
    assert found.error_after < 0.015
    assert found.error_after <= found.error_before + 0.005


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_tempered_is_the_softmax_of_divided_logits(temperature):
    logits, _ = answers(1.0, 50)
    np.testing.assert_allclose(tempered(softmax(logits), temperature), softmax(logits, temperature), rtol=1e-9)


def test_a_probability_of_zero_stays_a_number():
    found = tempered(np.array([[1.0, 0.0], [0.0, 1.0]]), 5.0)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.isfinite(fit_temperature(found, np.array([0, 1])).value)


def test_answers_that_are_always_right_get_no_absurd_temperature():
    value = fit_temperature(np.tile([0.9, 0.1], (10, 1)), np.zeros(10, np.int64)).value
    assert value == pytest.approx(0.2, rel=0.01)
