"""What is learned from and what is measured on never touch."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.tools.calibrate.samples import GAP, PARTS, Samples, gather, thirds


def test_thirds_are_runs_of_time_for_each_label():
    labels = np.array([0, 0, 0, 0, 0, 0, 2, 2, 2, 2])
    assert thirds(labels).tolist() == [0, 0, 1, 1, 2, 2, 0, 0, 1, 2]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_any_labels_are_cut_in_order(labels):
    marks = np.array(labels)
    parts = thirds(marks)
    for label in set(labels):
        own = parts[marks == label]
        assert (np.diff(own) >= 0).all()
        assert np.ptp(np.bincount(own, minlength=PARTS)) <= 1


@given(st.lists(st.floats(0, 20), min_size=6, max_size=40), st.integers(0, PARTS - 1))
def test_neighbouring_frames_are_never_in_both(times, part):
    times = sorted(times)
    found = gather([np.zeros(2)] * len(times), [np.zeros(3)] * len(times), [0] * len(times), times)
    learned, held = found.without(part), found.only(part)
    assert set(held.parts.tolist()) == {part}
    assert part not in learned.parts
    for moment in learned.times:
        assert np.abs(held.times - moment).min() > GAP


def test_what_is_far_from_the_held_out_part_is_learned_from(person):
    samples = person()
    assert len(samples.without(1)) == len(samples) * 2 // 3, "rounds lie seconds apart"


def test_labels_count_the_same_however_many_faces_they_have():
    labels = np.array([0, 0, 0, 2])
    zeros = np.zeros((4, 1))
    weights = Samples(zeros, zeros, labels, zeros[:, 0], labels).weights()
    np.testing.assert_allclose(weights, [1 / 6, 1 / 6, 1 / 6, 1 / 2])
