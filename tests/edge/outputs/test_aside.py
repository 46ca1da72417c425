"""A slow output: nobody waits for it, what it could not take is counted, and the end is told."""

import threading
import time

import pytest

from edge.contract.errors import OutputError
from edge.contract.records import Analysis, Pause, Stop
from edge.outputs.aside import Aside

STOP = Stop(0.0, 0.0, "SIGTERM", 0, 0, 0)


class Slow:
    """Takes a moment only when it may; fails with what it is given."""

    def __init__(self, fails: Exception | None = None):
        self.taken = []
        self.may = threading.Event()
        self.began = threading.Event()
        self.open = False
        self._fails = fails

    def handle(self, moment):
        self.began.set()
        assert self.may.wait(30)
        if self._fails:
            raise self._fails
        self.taken.append(moment)

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *_):
        self.open = False


def moment(number: int) -> Pause:
    return Pause(float(number), float(number), "begun")


def hand_on(output, moments: int, error: Exception | None = None):
    with Aside(output, "slow") as aside:
        for number in range(moments):
            aside.handle(moment(number))
        if error:
            raise error


def test_nobody_waits_for_it_and_nothing_is_lost():
    slow = Slow()
    with Aside(slow, "slow") as aside:
        began = time.monotonic()
        for number in range(1000):
            aside.handle(moment(number))
        assert time.monotonic() - began < 1.0, "it would have taken for ever"
        assert slow.taken == []
        slow.may.set()
        aside.handle(STOP)
    assert slow.taken == [*map(moment, range(1000)), STOP]
    assert aside.missed == 0
    assert not slow.open


def test_what_it_cannot_take_is_left_out_and_told_when_it_has_caught_up(caplog):
    slow, told = Slow(), []
    with Aside(slow, "the log", lambda *what: told.append((what, len(slow.taken))), length=4) as aside:
        aside.handle(moment(0))
        assert slow.began.wait(10)
        for number in range(1, 8):  # one in hand, four wait, three are left out
            aside.handle(moment(number))
        assert aside.missed == 3
        slow.may.set()
    assert slow.taken == [moment(number) for number in range(5)]
    assert told == [((3, moment(5)), 2)], "once, with the first of them, when half of what waited was done"
    assert [record.getMessage() for record in caplog.records] == [
        "the log: too slow; events are left out until it has caught up",
        "the log: has caught up; 3 events were left out",
    ]


def test_frames_in_which_nothing_happens_are_no_loss(caplog):
    slow, told = Slow(), []
    empty = [Analysis(number, float(number), float(number), (), (), 0) for number in range(450)]
    with Aside(slow, "the log", lambda *what: told.append(what), length=1) as aside:
        for each in (moment(0), *empty):
            aside.handle(each)
            assert slow.began.wait(10)
        assert aside.missed == 0
        for each in (moment(500), *empty, moment(501)):
            aside.handle(each)
        assert aside.missed == 2
        slow.may.set()
    assert told == [(2, moment(500))]
    assert [record.getMessage() for record in caplog.records][1:] == ["the log: has caught up; 2 events were left out"]


def test_the_last_moment_of_a_run_is_waited_for():
    slow = Slow()
    with Aside(slow, "slow", length=1) as aside:
        aside.handle(moment(0))
        assert slow.began.wait(10)
        aside.handle(moment(1))
        threading.Timer(0.1, slow.may.set).start()
        aside.handle(STOP)
    assert slow.taken == [moment(0), moment(1), STOP]


def test_a_failure_is_the_callers():
    slow = Slow(OutputError("no space left"))
    slow.may.set()
    with pytest.raises(OutputError, match="no space left"):
        hand_on(slow, 10**6)
    assert not slow.open


def test_a_failure_at_the_very_end_is_told_too():
    slow = Slow(OutputError("no space left"))
    slow.may.set()
    with pytest.raises(OutputError, match="no space left"):
        hand_on(slow, 1)


def test_another_failure_is_not_hidden_by_its_own():
    slow = Slow(OutputError("no space left"))
    slow.may.set()
    with pytest.raises(RuntimeError, match="another"):
        hand_on(slow, 1, RuntimeError("another"))


def test_one_that_never_ends_is_left(caplog):
    slow = Slow()
    began = time.monotonic()
    with Aside(slow, "slow", patience=0.1) as aside:
        for number in range(3):
            aside.handle(moment(number))
        assert slow.began.wait(10)
    assert time.monotonic() - began < 10
    assert caplog.records[-1].getMessage().startswith("slow: does not end; ")
    slow.may.set()


def test_a_full_queue_and_the_end_are_waited_for_once():
    slow = Slow()
    with Aside(slow, "slow", length=1, patience=1.0) as aside:
        aside.handle(moment(0))
        assert slow.began.wait(10)
        aside.handle(moment(1))
        began = time.monotonic()
        aside.handle(STOP)
    assert 1.0 <= time.monotonic() - began < 1.9, "systemd waits for all outputs together"
    slow.may.set()


def test_one_that_cannot_be_opened_is_said_at_once():
    class Closed(Slow):
        def __enter__(self):
            raise OutputError("taken")

    with pytest.raises(OutputError, match="taken"), Aside(Closed(), "slow"):
        raise AssertionError("not reached")
