"""The stopwatch: what each stage of a frame took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.timing import Stopwatch, Timing, percentile


def test_laps_add_up_by_stage_and_begin_anew_with_each_frame():
    times = iter([0.0, 1.0, 1.5, 4.5, 10.0, 11.0, 20.0])
    watch = Stopwatch(lambda: next(times))
    watch.lap("detect")
    watch.lap("track")
    watch.lap("detect")
    assert watch.take() == {"detect": 4.0, "track": 0.5}
    watch.lap("track")
    assert watch.take() == {"track": 1.0}, "and what lies between take and lap belongs to nobody else"


def test_waiting_for_a_frame_is_no_work():
    times = iter([0.0, 5.0, 6.0, 30.0, 32.0])
    watch = Stopwatch(lambda: next(times))
    for _ in range(2):
        watch.begin()
        watch.lap("detect")
    assert watch.seconds == {"detect": 3.0}


def test_a_plain_profile_takes_everything_and_keeps_nothing():
    timing = Timing()
    timing.begin()
    timing.lap("detect")
    assert vars(timing) == {}


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (0.999, 100), (1.0, 100)]
)
def test_nearest_rank(share, value):
    assert percentile(range(1, 101), share) == value


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=50), st.floats(0.01, 1))
def test_at_least_the_share_is_not_above_and_less_is_below(values, share):
    found = percentile(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9
