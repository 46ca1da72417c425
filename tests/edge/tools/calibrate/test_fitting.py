"""The correction: starts from the shipped head, finds the minimum, keeps its hands off what was not asked for."""

import dataclasses

import numpy as np
import pytest

from edge.contract.classifier import softmax
from edge.tools.calibrate.fitting import EXPECTED, Correction, evened, fit
from tests.edge.tools.calibrate.conftest import LABELS, TEMPERATURE

EVEN = np.zeros(3)


def loss(samples, correction, strength, even=EVEN):
    """What the fit minimises, written down anew."""
    chances = softmax(correction.apply(samples) / TEMPERATURE + even)[np.arange(len(samples)), samples.labels]
    mean = samples.weights() @ samples.embeddings
    spread = np.sqrt(samples.weights() @ ((samples.embeddings - mean) ** 2).sum(axis=1))
    offsets = (correction.offsets + correction.weights @ mean) / TEMPERATURE
    size = ((correction.weights * spread / TEMPERATURE) ** 2).sum() + (offsets**2).sum()
    return samples.weights() @ -np.log(chances) + strength / 2 * size


def test_without_freedom_it_is_the_shipped_head(person):
    samples = person(habit=1.5)
    np.testing.assert_array_equal(fit(samples, TEMPERATURE, np.inf, EVEN).apply(samples), samples.logits)
    nearly = fit(samples, TEMPERATURE, 1e9, EVEN).apply(samples)
    np.testing.assert_allclose(nearly, samples.logits, atol=1e-5)


@pytest.mark.parametrize("strength", [3.0, 0.3, 0.03])
def test_nothing_near_it_is_better(person, strength):
    samples = person(habit=1.5)
    found = fit(samples, TEMPERATURE, strength, EVEN)
    least = loss(samples, found, strength)
    assert least < loss(samples, Correction.none(samples), strength)
    rng = np.random.default_rng(4)
    for _ in range(50):
        weights = found.weights + rng.normal(0, 0.01, found.weights.shape)
        other = Correction(weights, found.offsets + rng.normal(0, 0.01, 3))
        assert loss(samples, other, strength) > least - 1e-6


def test_it_learns_the_person(person):
    samples, later = person(seed=1, habit=1.5), person(seed=2, habit=1.5)
    found = fit(samples, TEMPERATURE, 0.03, EVEN)
    before = (later.logits.argmax(axis=1) == later.labels).mean()
    after = (found.apply(later).argmax(axis=1) == later.labels).mean()
    assert before < 0.9
    assert after > 0.97


def test_labels_that_were_not_asked_for_stay(person):
    samples = person(habit=1.5)
    found = fit(samples.take(samples.labels != 1), TEMPERATURE, 0.1, EVEN)
    assert not found.weights[1].any()
    assert found.offsets[1] == 0
    assert found.weights[0].any()
    np.testing.assert_allclose(found.weights[[0, 2]].sum(axis=0), 0, atol=1e-9)


def test_equal_shares_of_time_are_not_learned_as_how_often_expressions_occur():
    """A head that is right as it is, for a world with few angry faces, keeps its offsets."""
    rng = np.random.default_rng(3)
    shares = np.array([EXPECTED[label] for label in LABELS])
    labels = np.repeat(np.arange(3), 4000)
    seen = np.eye(3)[labels] + rng.normal(0, 1, (12000, 3))
    logits = (seen - 0.5 + np.log(shares / shares.sum())) * TEMPERATURE  # Bayes' rule for these Gaussians
    from edge.tools.calibrate.samples import gather

    samples = gather(list(seen), list(logits), labels.tolist(), list(range(12000)))
    fair = fit(samples, TEMPERATURE, 0.001, evened(LABELS)).apply(samples) - logits
    assert np.abs(fair.mean(axis=0)).max() < 0.05
    naive = fit(samples, TEMPERATURE, 0.001, EVEN).apply(samples) - logits
    assert naive.mean(axis=0)[0] - naive.mean(axis=0)[2] > 0.3, "angry would be seen far too often"


def test_other_models_labels_are_taken_as_equally_frequent():
    assert evened(("angry", "puzzled")).tolist() == [0, 0]
    assert sum(EXPECTED.values()) == pytest.approx(1, abs=0.002)


def test_nothing_teaches_nothing(person):
    none = person().take(np.zeros(len(person()), bool))
    assert not fit(none, TEMPERATURE, 0.1, EVEN).weights.any()


def test_faces_that_are_all_the_same_do_no_harm(person):
    samples = person()
    same = dataclasses.replace(samples, embeddings=np.ones_like(samples.embeddings))
    found = fit(same, TEMPERATURE, 0.1, EVEN)
    assert np.isfinite(found.weights).all()
    assert np.isfinite(found.offsets).all()
