"""Settings of the log that make no sense are refused by name."""

import pytest

from edge.contract.errors import ConfigurationError
from edge.outputs.log.limits import Limits


@pytest.mark.parametrize(("setting", "value"), [("size", 0), ("total", 10), ("free", -1), ("days", 0), ("sync", -0.5)])
def test_a_value_out_of_range_is_refused(setting, value):
    with pytest.raises(ConfigurationError, match=f"log: {setting} = {value} is less than"):
        Limits(**{setting: value})


def test_the_edges_are_allowed():
    limits = Limits(size=1, total=1, free=0, days=1, sync=0)
    assert limits.days == 1
    assert Limits().days is None


@pytest.mark.parametrize(
    ("free", "whole", "floor"),
    [(None, 16 * 10**9, 32_000_000), (None, 40_000_000, 2_000_000), (0, 10**9, 0), (5, 10**9, 5)],
)
def test_a_small_file_system_keeps_less_free(free, whole, floor):
    """As /var/log in memory, which many a Raspberry Pi has to spare its card."""
    assert Limits(free=free).floor(whole) == floor
