"""The bar."""

import io

from edge.terminal.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def play(stream: io.StringIO, steps: int, total: int) -> str:
    times = iter(range(1000))
    with Progress(total, "demo", stream, lambda: float(next(times))) as progress:
        for _ in range(steps):
            progress.step()
    return stream.getvalue()


def test_a_terminal_sees_how_far_it_is_and_then_nothing_of_it():
    shown = play(Terminal(), 10, 20)
    assert "demo " + "█" * 15 + "░" * 15 + " 10/20" in shown
    assert shown.endswith("\r\033[K")
    assert "\n" not in shown


def test_more_steps_than_announced_do_no_harm():
    assert "█" * 30 + " 12/10" in play(Terminal(), 12, 10)


def test_anything_else_sees_nothing():
    assert play(io.StringIO(), 10, 20) == ""


def test_is_not_drawn_for_each_step():
    stream = Terminal()
    with Progress(1000, "demo", stream, lambda: 0.0) as progress:
        for _ in range(1000):
            progress.step()
    assert stream.getvalue().count("demo") == 1
