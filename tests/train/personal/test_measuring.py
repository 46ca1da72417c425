"""What is told of simulated people, from their figures and from the shipped model itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples, Splits
from train.personal.measuring import Outcome, _numbered, check_votes, describe, measure_people, summarize, to_form

MODEL = Path(__file__).parents[3] / "models" / "emotion.tflite"


def outcome(before: float, after: float, kept: bool = True) -> Outcome:
    return Outcome(kept, (before, after), (before, after), (1 - before, 1 - after))


def test_means_are_over_all_people_and_harm_is_counted():
    people = [outcome(0.5, 0.7), outcome(0.6, 0.5), outcome(0.9, 0.9, kept=False), outcome(0.8, 0.8)]
    found = summarize("made", people)
    assert (found.people, found.kept, found.helped, found.harmed) == (4, 3, 1, 1)
    assert found.before["top1"] == pytest.approx(0.7)
    mean, low, high = found.change["top1"]
    assert mean == pytest.approx(0.025)
    assert low < 0 < mean < high
    assert found.change["log_loss"][0] == pytest.approx(-0.025)


def test_what_people_read():
    lines = describe(summarize("made", [outcome(0.5, 0.75)] * 3)).splitlines()
    assert lines[0] == "made: 3 people, 3 profiles kept (3 help, 0 harm)"
    assert lines[1] == "  read as meant 50.0% before, +25.0 (+25.0 to +25.0)"
    assert lines[3] == "  log loss      0.500 before, -0.250 (-0.250 to -0.250)"


def test_the_interval_narrows_with_more_people():
    rng = np.random.default_rng(1)
    steps = rng.normal(0.02, 0.05, 400)
    few, many = (summarize("", [outcome(0.5, 0.5 + step) for step in steps[:number]]) for number in (20, 400))
    assert np.ptp(many.change["top1"][1:]) < np.ptp(few.change["top1"][1:]) / 2


@pytest.mark.skipif(not MODEL.is_file(), reason="models/emotion.tflite is not there")
def test_what_is_refused_changes_nothing():
    """Noise in place of faces: nobody can learn anything, and every figure after is the one before."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(7), 24)
    votes = np.eye(7, dtype=np.float32)[labels] * 0.8
    votes[labels == 6, 4] = 0.2
    noise = Examples(rng.integers(0, 256, (len(labels), 48, 48), np.uint8), labels, votes)
    found = measure_people(MODEL, Splits(noise, noise, noise), people=2, seed=1)
    assert [one.people for one in found] == [2] * 4
    for one in found:
        if not one.kept:
            assert set(one.change.values()) == {(0.0, 0.0, 0.0)}
    assert found[0].kept == 0
    assert "neutral only" in found[3].kind
    json.dumps([to_form(one) for one in found])
    assert set(found[0].before) == {"top1", "recall", "log_loss"}


def test_labels_are_found_by_their_names():
    """Of a model whose outputs stand in another order, and of one without a label."""
    order = [6, 0, 5, 1, 4, 2, 3]
    labels = tuple(EMOTIONS[place] for place in order)
    rng = np.random.default_rng(1)
    given = np.repeat(np.arange(7), 3)
    votes = np.eye(7, dtype=np.float32)[given] * 0.8
    faces = Examples(rng.integers(0, 256, (len(given), 48, 48), np.uint8), given, votes)
    learn, test = _numbered(Splits(faces, faces, faces), labels, "m")
    for part in (learn, test):
        assert [labels[label] for label in part.labels] == [EMOTIONS[label] for label in given]
        assert (part.votes.argmax(axis=1) == part.labels).all()
    six = labels[1:]
    learn, _ = _numbered(Splits(faces, faces, faces), six, "m")
    assert [six[label] for label in learn.labels] == [EMOTIONS[label] for label in given if label != order[0]]
    with pytest.raises(InputError, match=r"m: its labels \(joy, .*\) are not those of the emotion data"):
        _numbered(Splits(faces, faces, faces), ("joy", *six), "m")


def test_data_without_votes_are_refused():
    plain = Examples(np.zeros((1, 48, 48), np.uint8), np.zeros(1, np.int64))
    with pytest.raises(InputError, match="votes"):
        check_votes(Splits(plain, plain, plain))
