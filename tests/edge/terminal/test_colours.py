"""Colours only where somebody sees them and wants them."""

import io

import pytest

from edge.terminal.colours import Paint


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_colours():
    assert Paint(Terminal(), {"TERM": "xterm"})("no", "red") == "\033[31mno\033[0m"


def test_nothing_is_coloured_that_is_empty():
    assert Paint(Terminal(), {})("", "red") == ""


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_none(environment):
    assert Paint(Terminal(), environment)("no", "red") == "no"


def test_an_empty_no_color_says_nothing():
    """As no-color.org has it."""
    assert Paint(Terminal(), {"NO_COLOR": ""})("no", "red") != "no"


def test_a_file_gets_none():
    assert Paint(io.StringIO(), {})("no", "red") == "no"
