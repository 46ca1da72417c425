"""A terminal that is closed under a run. Whole runs whose terminal is closed are in test_running.py."""

import errno

import pytest

from edge.contract.records import Pause
from edge.service.window import Window


class Terminal:
    """Takes moments until it fails."""

    def __init__(self):
        self.taken = []
        self.failure = 0
        self.open = False

    def fail(self):
        if self.failure:
            raise OSError(self.failure, "broken")

    def handle(self, moment):
        self.fail()
        self.taken.append(moment)

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *_):
        self.open = False
        self.fail()


MOMENTS = [Pause(float(second), float(second), "begun") for second in range(4)]


def test_what_it_says_is_said_while_it_is_there():
    terminal, gone = Terminal(), []
    with Window(terminal, lambda: gone.append(True)) as window:
        for moment in MOMENTS:
            window.handle(moment)
        assert terminal.open
    assert (terminal.taken, terminal.open, gone) == (MOMENTS, False, [])


def test_that_it_has_gone_is_said_once_and_fails_nobody():
    terminal, gone = Terminal(), []
    with Window(terminal, lambda: gone.append(True)) as window:
        window.handle(MOMENTS[0])
        terminal.failure = errno.EIO
        for moment in MOMENTS[1:]:
            window.handle(moment)
    assert (terminal.taken, terminal.open, gone) == (MOMENTS[:1], False, [True])


def test_that_it_has_gone_may_show_at_the_end_only():
    terminal, gone = Terminal(), []
    with Window(terminal, lambda: gone.append(True)):
        terminal.failure = errno.EIO
    assert gone == [True]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EPIPE])
def test_any_other_failure_is_one(number):
    terminal, gone = Terminal(), []
    window = Window(terminal, lambda: gone.append(True))
    terminal.failure = number
    with pytest.raises(OSError, match="broken"):
        window.handle(MOMENTS[0])
    assert gone == []
