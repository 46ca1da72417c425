"""The drawings say what they are drawn from."""

import re

import pytest

from edge.tools.summary.drawing import Outing, bars, marks, paint, strip
from edge.tools.summary.figures import Row


def rectangles(svg: str) -> list[tuple[float, ...]]:
    return [
        tuple(map(float, found))
        for found in re.findall(r'x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    ]


def test_minutes_that_look_alike_are_one_rectangle():
    happy, half = {"happy": 60.0}, {"happy": 29.0}
    drawn = strip({480: happy, 481: happy, 482: half, 484: half, 485: {"sad": 31.0, "happy": 29.0}}, [], [8, 9])
    assert rectangles(drawn) == [(480, 0, 2, 100), (482, 50, 1, 50), (484, 50, 1, 50), (485, 0, 1, 100)]
    assert 'viewBox="480 0 60 100"' in drawn
    assert drawn.index("var(--happy)") < drawn.index("var(--sad)")


def test_two_faces_in_a_minute_are_no_higher_than_the_strip():
    assert rectangles(strip({0: {"happy": 119.0}}, [], [0, 1])) == [(0, 0, 1, 100)]


def test_a_glimpse_is_seen():
    ((_, _, width, height),) = rectangles(strip({0: {"happy": 0.5}}, [], [0, 1]))
    assert (width, height) == (1, 25)
    ((_, _, width, _),) = rectangles(strip({}, [Outing(5.0, 5.01)], [0, 1]))
    assert width == 1


def test_bars_stand_on_each_other_and_fit():
    drawn, most = bars(
        [Row("09:00", {"happy": 1800.0, "sad": 900.0}, 1), Row("23:00", {"sad": 60.0}, 1)], ("happy", "sad")
    )
    assert most == 60
    happy, sad, late = rectangles(drawn)
    assert happy[1:] == (50.0, 0.76, 50.0)
    assert sad[1:] == (25.0, 0.76, 25.0)
    assert (happy[0], late[0]) == (9.12, 23.12)


@pytest.mark.parametrize(("minutes", "most"), [(0.0, 1.0), (0.9, 1.0), (1.3, 1.6), (106.0, 120.0), (1441.0, 1600.0)])
def test_scales_read_well(minutes, most):
    assert bars([Row("09:00", {"sad": minutes * 60}, 1)], ("sad",))[1] == pytest.approx(most)


@pytest.mark.parametrize(
    ("times", "hours"),
    [
        ([], [0, 3, 6, 9, 12, 15, 18, 21, 24]),
        ([485.0], [8, 9]),
        ([485.0, 1000.0], list(range(8, 18))),
        ([470.0, 1220.0], [6, 8, 10, 12, 14, 16, 18, 20, 22]),
        ([1439.0], [23, 24]),
        ([0.0, 1440], [0, 3, 6, 9, 12, 15, 18, 21, 24]),
    ],
)
def test_the_hours_that_are_drawn_hold_all_there_is(times, hours):
    assert marks(times) == hours


def test_an_emotion_of_another_model_has_a_colour_too():
    assert paint("bored") == "var(--other)"
    assert paint("uncertain") == "var(--uncertain)"
