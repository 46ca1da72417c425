import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.backoff import Backoff


def test_doubles_up_to_the_limit_and_begins_again():
    backoff = Backoff(1.0, 60.0, chance=lambda: 1.0)
    assert [backoff.wait() for _ in range(8)] == pytest.approx([0.9 * wait for wait in (1, 2, 4, 8, 16, 32, 60, 60)])
    backoff.reset()
    assert backoff.wait() == pytest.approx(0.9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_there_is_time_left_within_the_limit_and_never_none_to_breathe(chances):
    given_out = iter(chances)
    backoff = Backoff(1.0, 60.0, chance=lambda: next(given_out))
    waits = [backoff.wait() for _ in chances]
    assert all(0.5 <= wait <= 54.0 + 1e-9 for wait in waits)


def test_two_cameras_do_not_try_in_step():
    assert Backoff().wait() != Backoff().wait()
