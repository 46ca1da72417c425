"""What makes a measurement worthless."""

import itertools

import pytest

from edge.tools.bench.conditions import BUSY, Conditions, Watch


def watch(**changes) -> Watch:
    """On a machine that never changes: every look is a second later, and took half a second of work of our own."""
    seconds = itertools.count()
    asked = {
        "now": lambda: float(next(seconds)),
        "heat": lambda: 50.0,
        "slowed": lambda: False,
        "busy": lambda: 7.0,
        "used": lambda pid: 7.0,
        "size": lambda pid: 80.0,
    }
    return Watch(**{**asked, **changes})


def values(*given):
    """One after the other, then the last again and again."""
    course = itertools.chain(given, itertools.repeat(given[-1]))
    return lambda *_: next(course)


def test_a_quiet_machine_is_valid():
    looking = watch()
    looking.tick()
    conditions = looking.end()
    assert conditions.objections() == ()
    assert (conditions.memory, conditions.peak, conditions.others, conditions.throttled) == (80.0, 80.0, 0.0, False)


def test_keeps_first_last_and_highest():
    looking = watch(heat=values(50.0, 71.5, 60.0), size=values(70.0, 95.0, 80.0))
    looking.tick()
    conditions = looking.end()
    assert conditions.temperature == (50.0, 60.0, 71.5)
    assert (conditions.memory, conditions.peak) == (80.0, 95.0)


def test_looks_only_once_a_second():
    looks = []
    looking = watch(now=values(0.0, *(index / 10 for index in range(100))), heat=lambda: looks.append(1) or 50.0)
    for _ in range(30):
        looking.tick()
    looking.end()
    assert len(looks) <= 6


@pytest.mark.parametrize("course", [(True, False, False), (False, True, False), (False, False, True)])
def test_throttled_at_any_time_is_not_valid(course):
    looking = watch(slowed=values(*course))
    looking.tick()
    conditions = looking.end()
    assert conditions.throttled is True
    assert "slowed the processor down" in conditions.objections()[0]


def test_the_work_of_others_is_what_is_busy_beside_our_own():
    looking = watch(now=values(0.0, 10.0), busy=values(100.0, 112.0), used=values(3.0, 11.0))
    conditions = looking.end()
    assert (conditions.seconds, conditions.processor, conditions.others) == (10.0, 8.0, pytest.approx(0.4))
    assert conditions.objections() == (f"other processes kept 0.40 cores busy (up to {BUSY} do no harm)",)


def test_rounding_in_the_clock_of_the_system_is_no_negative_work():
    conditions = watch(now=values(0.0, 10.0), busy=values(100.0, 107.9), used=values(3.0, 11.0)).end()
    assert conditions.others == 0.0


def test_a_system_that_does_not_tell_is_not_valid_for_that_alone():
    silent = watch(heat=lambda: None, slowed=lambda: None, busy=lambda: None, used=lambda _: None, size=lambda _: None)
    conditions = silent.end()
    assert conditions == Conditions(conditions.seconds, None, None, (None, None, None), None, None, None)
    assert conditions.objections() == ("this system does not say what else was running",)
