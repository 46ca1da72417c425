"""The verdict: who gains is told so, who does not is refused, and the held-out part really is held out."""

import dataclasses

import numpy as np
import pytest

from edge.tools.calibrate import judging
from edge.tools.calibrate.judging import judge
from tests.edge.tools.calibrate.conftest import LABELS, TEMPERATURE


def test_somebody_the_model_misreads_gains(person):
    verdict = judge(person(habit=1.5), LABELS, TEMPERATURE)
    assert verdict.better
    assert verdict.after.accuracy > verdict.before.accuracy + 0.1
    assert verdict.after.log_loss < verdict.before.log_loss / 2
    assert [label for label, _ in verdict.after.recall] == list(LABELS)


def test_somebody_the_model_reads_well_gains_nothing(person):
    verdict = judge(person(habit=0.0), LABELS, TEMPERATURE)
    assert verdict.before.accuracy > 0.99
    assert verdict.after.accuracy > 0.99


@pytest.mark.parametrize("seed", range(5))
def test_labels_without_sense_are_refused(person, seed):
    """Whoever shows anything whatever is asked teaches nothing, although less confidence lowers the log loss."""
    samples = person(seed=seed, frames=8, noise=1.0)
    shuffled = np.random.default_rng(seed).permutation(samples.labels)
    senseless = dataclasses.replace(samples, labels=shuffled)
    assert not judge(senseless, LABELS, TEMPERATURE).better


def test_what_changes_with_every_round_is_refused(person):
    """Each round's expressions are the next one's others: perfect by neighbouring frames, worthless by rounds."""
    samples = person(frames=10, noise=0.05)
    turned = dataclasses.replace(samples, labels=(samples.labels + samples.parts) % 3)
    assert not judge(turned, LABELS, TEMPERATURE).better


def test_after_is_measured_on_what_was_not_learned(person, monkeypatch):
    samples = person(habit=1.5, frames=6)
    seen = []

    def watched(part, temperature, strength, even):
        seen.append(set(part.parts.tolist()))
        return fit(part, temperature, strength, even)

    fit = judging.fit
    monkeypatch.setattr(judging, "fit", watched)
    judge(samples, LABELS, TEMPERATURE)
    # Of the last part's verdict, neither the correction nor the choice of its strength has seen the part.
    steps = len(judging.STRENGTHS)
    for part in range(3):
        of_this = seen[part * (2 * steps + 1) : (part + 1) * (2 * steps + 1)]
        assert all(part not in parts for parts in of_this)
        assert of_this[-1] == {0, 1, 2} - {part}


def test_a_part_that_a_label_is_missing_from_is_no_obstacle(person):
    samples = person(habit=1.5)
    verdict = judge(samples.take((samples.labels != 1) | (samples.parts != 2)), LABELS, TEMPERATURE)
    assert np.isfinite(verdict.after.log_loss)


def test_what_makes_it_better():
    before, after = (judging.Figures(share, 0.5, tuple((label, share) for label in LABELS)) for share in (0.7, 0.8))
    good = judging.Verdict(None, 0.1, before, after, gain=(0.1, 0.05))
    assert good.better
    assert not dataclasses.replace(good, gain=(0.1, 0.11)).better, "within chance"
    assert not dataclasses.replace(good, strength=np.inf).better, "nothing was changed"
    assert not dataclasses.replace(good, before=after, after=before).better, "fewer are read as asked"
    guesses = dataclasses.replace(before, accuracy=0.3), dataclasses.replace(after, accuracy=0.5)
    assert not dataclasses.replace(good, before=guesses[0], after=guesses[1]).better, "hardly more than guesses"
