import numpy as np
import pytest

from train.adjustment import adjust

FREQUENCY = np.array([0.7, 0.27, 0.03])


def answers(count: int = 6000) -> tuple[np.ndarray, np.ndarray]:
    """Logits as a network gives them that has learned how frequent each label is."""
    rng = np.random.default_rng(1)
    truth = rng.choice(3, count, p=FREQUENCY)
    evidence = rng.normal(0, 1, (count, 3)) + 1.5 * np.eye(3)[truth]
    return evidence + np.log(FREQUENCY), truth


def recalls(logits: np.ndarray, truth: np.ndarray) -> list[float]:
    return [float((logits.argmax(axis=1)[truth == label] == label).mean()) for label in range(3)]


def test_the_rarest_label_reaches_the_wanted_recall():
    logits, truth = answers()
    assert recalls(logits, truth)[2] < 0.2
    found = adjust(logits, truth, FREQUENCY, 0.5)
    assert 0 < found.strength < 1
    assert min(recalls(logits + found.bias, truth)) >= 0.5
    assert found.bias[2] > found.bias[1] > found.bias[0]
    assert found.bias.dtype == np.float32
    assert found.bias.sum() == pytest.approx(0, abs=1e-5)


def test_it_is_the_weakest_that_does():
    logits, truth = answers()
    strengths = [adjust(logits, truth, FREQUENCY, wanted).strength for wanted in (0.0, 0.3, 0.5, 0.6)]
    assert strengths[0] == 0
    assert strengths == sorted(strengths)
    assert strengths[-1] > strengths[1]


def test_what_cannot_be_had_is_come_as_near_as_can_be():
    logits, truth = answers()
    best = max(min(recalls(logits + s * adjust(logits, truth, FREQUENCY, 2.0).bias, truth)) for s in (0.5, 1.0))
    found = adjust(logits, truth, FREQUENCY, 2.0)
    assert min(recalls(logits + found.bias, truth)) == pytest.approx(best)


def test_a_label_that_does_not_occur_is_not_waited_for():
    logits, _ = answers(200)
    found = adjust(logits, np.zeros(200, np.int64), np.array([1.0, 0.0, 0.0]), 0.5)
    assert np.isfinite(found.bias).all()
    assert found.strength == 0
