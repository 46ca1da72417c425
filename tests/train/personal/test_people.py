"""Simulated people: each the same every time, and like nobody else."""

import numpy as np
import pytest

from train.datasets.examples import Examples
from train.personal.people import FRAMES, POSED, alike_at_rest, resting_like, seen_alike, showing_alike

SIDE = 48


@pytest.fixture(scope="module")
def examples() -> Examples:
    """Twelve smooth pictures of each of three labels; half of the third's look a little like the first to some."""
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(3), 12)
    pixels = rng.integers(60, 200, (36, 6, 6), np.uint8).repeat(8, 1).repeat(8, 2)
    votes = np.eye(3, dtype=np.float32)[labels]
    votes[30:] = (0.3, 0.0, 0.7)
    return Examples(pixels, labels, votes)


def test_one_camera_sees_every_face_in_the_same_way(examples):
    one, again, other = (seen_alike(examples, examples, seed) for seed in (1, 1, 2))
    assert np.bincount(one.asked).tolist() == [POSED] * 3
    assert len(one.shown) == len(examples)
    np.testing.assert_array_equal(one.shown, again.shown)
    assert (one.shown != other.shown).mean() > 0.5
    alike = Examples(np.stack([examples.pixels[0]] * 36), examples.labels)
    seen = seen_alike(alike, alike, 1)
    spread = seen.shown.astype(float).std(axis=0).mean()
    assert spread < 9, "only the noise differs"
    assert np.abs(seen.posed.astype(float).mean(axis=0) - seen.shown.mean(axis=0)).mean() < 4


def test_one_way_of_showing_is_three_pictures_a_label_that_move(examples):
    person = showing_alike(examples, examples, 1)
    assert person.posed.shape == person.shown.shape == (3 * 3 * FRAMES, SIDE, SIDE)
    assert np.bincount(person.parts).tolist() == [3 * FRAMES] * 3
    np.testing.assert_array_equal(person.asked, person.meant)
    first = person.posed[:FRAMES]
    assert len({frame.tobytes() for frame in first}) == FRAMES
    assert not {frame.tobytes() for frame in person.posed} & {frame.tobytes() for frame in person.shown}


def test_faces_at_rest_are_those_in_which_some_saw_something_else(examples):
    assert alike_at_rest(examples, 0, 2).tolist() == list(range(30, 36))
    person = resting_like(0, 2, examples, examples, 1)
    assert set(person.asked.tolist()) == {2}
    assert len(person.posed) == 6
    assert len(person.shown) == len(examples)
