"""How long a camera was away, whatever became of the clock."""

import pytest

from edge.tools.summary.fields import Heard
from edge.tools.summary.outages import Outage, Outages
from tests.edge.tools.summary.story import DOOR

NOON = 1_700_000_000.0
DAY = 86400.0
INF = float("inf")


def after(seconds: float, clock: float = 0.0, boot: str = "b") -> Heard:
    """A moment: `clock` is by how much the clock was set since the camera was lost."""
    return Heard(NOON + seconds + clock, 100.0 + seconds, boot)


def found(*told: tuple[str, Heard], begin: float = -INF, end: float = INF) -> list[tuple[float, float, bool]]:
    outages = Outages(begin, end)
    for what, at in told:
        if what != "heard":
            getattr(outages, what)(DOOR, at)
        outages.heard(DOOR, at)
    outages.finish()
    return [(each.start - NOON, each.seconds, each.back) for each in outages.ended]


def test_a_camera_that_is_lost_twice_was_lost_once():
    assert found(("lost", after(0)), ("lost", after(30)), ("back", after(90))) == [(0, 90, True)]
    assert found(("back", after(0))) == []


def test_one_that_does_not_come_back_is_away_as_far_as_is_known():
    assert found(("lost", after(0))) == [(0, 0, False)]
    assert found(("lost", after(0)), ("heard", after(90))) == [(0, 90, False)]


@pytest.mark.parametrize("clock", [-DAY, -60.0, DAY])
def test_a_clock_that_is_set_meanwhile_does_not_change_the_length(clock):
    assert found(("lost", after(0)), ("back", after(60, clock))) == [(clock, 60, True)]
    assert found(("lost", after(0)), ("heard", after(60, clock))) == [(clock, 60, False)]


@pytest.mark.parametrize(("clock", "seconds"), [(0.0, 500), (-DAY, 0)])
def test_over_a_boot_there_is_the_clock_alone(clock, seconds):
    again = Heard(NOON + 500 + clock, 7.0, "c")
    assert [each[1:] for each in found(("lost", after(0)), ("back", again))] == [(seconds, True)]


@pytest.mark.parametrize("mono", [1e300, -1e300])
def test_a_mono_that_is_none_does_no_harm(mono):
    assert found(("lost", after(0)), ("back", Heard(NOON + 60, mono, "b"))) == [(0, 60, True)]


@pytest.mark.parametrize(
    ("begin", "end", "left"),
    [
        (-DAY, 0, []),
        (-DAY, 1, [(0, 1, True)]),
        (0, DAY, [(0, DAY, True)]),
        (DAY, 2 * DAY, [(DAY, DAY, True)]),
        (2 * DAY, INF, [(2 * DAY, DAY, True)]),
        (3 * DAY, INF, []),
    ],
)
def test_a_part_of_an_outage(begin, end, left):
    told = ("lost", after(0)), ("back", after(3 * DAY))
    assert found(*told, begin=NOON + begin, end=NOON + end) == left


def test_seconds():
    assert Outage(DOOR, 5.0, 8.5, back=False).seconds == 3.5
