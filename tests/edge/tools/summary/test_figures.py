"""Sums by hour, day and emotion."""

from datetime import date

import pytest

from edge.tools.summary.figures import Figures
from edge.tools.summary.tally import Tally
from tests.edge.tools.summary.story import DOOR, at, entries, episode


def figures(*events: dict) -> Figures:
    tally = Tally()
    for entry in entries(*events):
        tally.add(entry)
    tally.finish()
    return Figures.of(tally, broken=1, lost=2)


def test_hours_of_the_day_are_local_and_over_all_days():
    found = figures(
        *episode(at("2026-01-31 08:10:00"), 1, ("sad", 60.0)),
        *episode(at("2026-07-31 08:10:00"), 2, ("happy", 60.0)),
        *episode(at("2026-01-31 23:59:30"), 3, ("sad", 60.0)),
    )
    assert [row.name for row in found.hours] == ["00:00", "08:00", "23:00"]
    assert [row.name for row in found.days] == ["2026-01-31", "2026-02-01", "2026-07-31"]
    assert found.hours[1].seconds == {"sad": pytest.approx(60), "happy": pytest.approx(60)}
    assert [row.total for row in (*found.days, found.total)] == pytest.approx([90, 30, 60, 180])
    assert [row.faces for row in (*found.days, found.total)] == [2, 0, 1, 3]


def test_the_hour_that_comes_twice_is_one_row():
    first = at("2026-10-25 01:30:00") + 3600  # 2:30, summer time
    found = figures(*episode(first, 1, ("happy", 20.0), ("sad", 10.0)), *episode(first + 3600, 2, ("sad", 20.0)))
    both = {"happy": pytest.approx(20), "sad": pytest.approx(30)}
    assert [(row.name, row.seconds) for row in found.hours] == [("02:00", both)]
    assert found.bins == {(DOOR, date(2026, 10, 25)): {150: both}}


def test_emotions_come_in_the_usual_order():
    found = figures(
        *episode(at("2026-01-31 08:00:00"), 1, *((name, 5.0) for name in ("uncertain", "bored", "sad", "angry")))
    )
    assert found.emotions == ("angry", "sad", "bored", "uncertain")


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        ([], ""),
        ([9.0], "one lasted 9 s"),
        ([30.0, 10.0], "half of them longer than 20 s"),
        ([30.0, 10.0, 12.0], "half of them longer than 12 s"),
        ([10.0, 50.0, 20.0, 40.0], "half of them longer than 30 s"),
    ],
)
def test_how_long_faces_stayed(lengths, said):
    start = at("2026-01-31 08:00:00")
    events = [episode(start + 60 * track, track, ("sad", seconds)) for track, seconds in enumerate(lengths)]
    assert figures(*(each for one in events for each in one)).lasted == said


def test_what_is_missing_is_said():
    assert figures().notes() == ["1 broken line left out", "2 files could not be read to the end"]
