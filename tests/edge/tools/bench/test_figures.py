import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tools.bench.figures import Figures, percentile


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


def test_seconds_become_milliseconds_in_any_order():
    found = Figures.of([0.004, 0.001, 0.003, 0.002])
    assert found == Figures(mean=2.5, p50=2.0, p90=4.0, p95=4.0, p99=4.0, max=4.0)
