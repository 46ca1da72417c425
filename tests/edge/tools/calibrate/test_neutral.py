"""The face at rest: lowers only what rivals neutral, and never by more than half of the odds."""

import numpy as np
import pytest

from edge.tools.calibrate.neutral import BOUND, settle
from edge.tools.calibrate.samples import gather

LABELS = ("angry", "sad", "neutral")
T = 0.5


def resting(leads: list[float], frames: int = 50, noise: float = 0.1):
    """Somebody at rest whose other labels lead neutral by so much (logits over temperature) on average."""
    rng = np.random.default_rng(2)
    logits = np.hstack([np.array(leads) + rng.normal(0, noise, (frames, 2)), np.zeros((frames, 1))]) * T
    return gather([np.zeros(4)] * frames, list(logits), [2] * frames, [0.2 * n for n in range(frames)])


def test_a_rest_that_looks_a_little_sad_reads_neutral_then():
    rest = settle(resting([-3.0, 0.3]), LABELS, T, 0.2)
    assert rest.better
    assert rest.before < 0.05
    assert rest.after > 0.6
    assert rest.offsets[0] == 0, "angry never was a rival"
    assert -BOUND * T < rest.offsets[1] < -0.3 * T * 0.8
    assert rest.offsets[2] == 0


def test_nothing_is_lowered_beyond_half_its_odds():
    rest = settle(resting([5.0, 9.0]), LABELS, T, 0.2)
    np.testing.assert_allclose(rest.offsets, [-BOUND * T, -BOUND * T, 0])
    assert np.exp(rest.offsets[0] / T) == pytest.approx(0.5)
    assert not rest.better, "that much is no resting face's doing, and it still does not read neutral"


def test_who_reads_neutral_already_needs_nothing():
    rest = settle(resting([-3.0, -2.0]), LABELS, T, 0.2)
    assert (rest.before, rest.after, rest.better) == (1.0, 1.0, False)
    assert not rest.offsets.any()


def test_little_time_changes_little():
    short, long = (settle(resting([-3.0, 0.5], frames), LABELS, T, 0.2).offsets[1] for frames in (6, 300))
    assert abs(short) < 0.65 * abs(long)


def test_faces_that_clearly_show_something_read_as_before():
    rest = settle(resting([0.2, 0.3]), LABELS, T, 0.2)
    rng = np.random.default_rng(5)
    others = rng.normal(0, 2, (1000, 3))
    lead = np.sort(others, axis=1)[:, -1] - np.sort(others, axis=1)[:, -2]
    clear = others[lead > BOUND] * T
    assert (clear.argmax(axis=1) == (clear + rest.offsets).argmax(axis=1)).all()
