import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.pace import Pace


def taken(times, fps):
    pace = Pace(fps)
    return [mono for mono in times if pace.take(mono)]


@pytest.mark.parametrize(
    ("camera", "wanted"), [(30, 10), (25, 10), (15, 10), (29.97, 10), (60, 7), (10.2, 10), (30, 29)]
)
def test_over_time_it_is_exactly_the_rate_asked_for(camera, wanted):
    got = taken(np.arange(0, 100, 1 / camera) + 5, wanted)
    assert len(got) == pytest.approx(100 * wanted, abs=2)


@pytest.mark.parametrize("camera", [10.0, 9.9, 5.0, 0.5])
def test_a_camera_that_is_not_faster_loses_nothing_to_its_jitter(camera):
    chance = np.random.default_rng(3)
    times = np.arange(200) / camera + chance.uniform(-0.02, 0.02, 200)
    assert len(taken(times, 10)) == 200


@given(st.lists(st.floats(0, 3), max_size=200), st.floats(0.5, 60))
def test_never_more_than_the_rate_whatever_the_camera_does(gaps, fps):
    times = list(itertools.accumulate(gaps, initial=100.0))
    got = taken(times, fps)
    assert got[:1] == times[:1], "the first is always taken"
    for first, last in itertools.combinations(range(len(got)), 2):
        assert last - first + 1 <= (got[last] - got[first]) * fps + 2 + 1e-6


def test_what_a_stall_has_missed_is_not_made_up_for():
    times = [0.0, 0.1, 0.2, *np.arange(60, 61, 1 / 30)]
    assert len(taken(times, 10)) <= 3 + 12


def test_without_a_limit_every_frame_is_taken():
    assert taken([1.0, 1.0, 1.001], None) == [1.0, 1.0, 1.001]
    assert Pace(None).wait(3.0) == 0.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.5, 60))
def test_waiting_ends_when_a_frame_would_be_taken(gaps, fps):
    pace = Pace(fps)
    mono = 100.0
    for gap in gaps:
        mono += gap
        pace.take(mono)
        until = mono + pace.wait(mono)
        assert until - mono <= 1.5 / fps + 1e-9
        if until - mono > 1e-6:
            assert not pace.take(until - 1e-6)
