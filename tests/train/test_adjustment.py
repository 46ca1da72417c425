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


@pytest.mark.parametrize("wanted", [0.3, 0.5, 0.6])
def test_every_label_reaches_the_wanted_recall_and_no_raised_one_much_more(wanted):
    logits, truth = answers()
    assert recalls(logits, truth)[2] < 0.2
    bias = adjust(logits, truth, wanted)
    found = recalls(logits + bias, truth)
    assert min(found) >= wanted
    assert all(recall < wanted + 0.02 for recall, raised in zip(found, bias, strict=True) if raised)
    assert bias.dtype == np.float32


def test_labels_that_need_nothing_are_left_alone():
    logits, truth = answers()
    assert (adjust(logits, truth, 0.05) == 0).all()
    assert adjust(logits, truth, 0.3)[0] == 0


def test_it_costs_little_accuracy_and_less_than_raising_all():
    logits, truth = answers()

    def accuracy(bias: np.ndarray) -> float:
        return float(((logits + bias).argmax(axis=1) == truth).mean())

    bias = adjust(logits, truth, 0.5)
    assert accuracy(bias) > accuracy(np.zeros(3)) - 0.02
    assert accuracy(bias) > accuracy(-np.log(FREQUENCY)) + 0.03


def test_what_cannot_be_had_for_all_ends():
    logits, truth = answers(600)
    found = adjust(logits, truth, 0.999)
    assert np.isfinite(found).all()
    assert found.max() <= 3


def test_a_label_that_does_not_occur_is_not_waited_for():
    logits, _ = answers(200)
    found = adjust(logits, np.zeros(200, np.int64), 0.5)
    assert (found == 0).all()


def test_a_single_picture_of_a_label():
    bias = adjust(np.array([[1.0, 0.0], [1.0, 0.4], [2.0, 0.0]]), np.array([0, 1, 0]), 0.5)
    assert bias == pytest.approx([0, 0.601], abs=1e-3)
