"""Days as people count them."""

from datetime import date

import pytest

from edge.contract.errors import InputError
from edge.tools.summary.day import clock, length, parse_day, span


def test_days_by_name_and_date():
    today = date(2026, 3, 1)
    assert parse_day("today", today) == today
    assert parse_day("yesterday", today) == date(2026, 2, 28)
    assert parse_day("2026-01-31", today) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["", "monday", "2026-02-30", "31.1.2026", "2026-1-1"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(InputError, match="is no day"):
        parse_day(text)


@pytest.mark.parametrize("text", ["9999-12-31", "9999-01-01", "0001-01-01", "1969-12-31"])
def test_days_of_which_no_log_can_tell(text):
    with pytest.raises(InputError, match=f"--day {text}: is out of range: 1970 to 9998"):
        parse_day(text)


@pytest.mark.parametrize("text", ["1970-01-01", "9998-12-31"])
def test_the_first_and_the_last_day(text):
    begin, end = span(parse_day(text))
    assert end - begin == 86400


def test_a_day_is_shorter_or_longer_where_clocks_change():
    hours = {
        day: (span(date.fromisoformat(day))[1] - span(date.fromisoformat(day))[0]) / 3600
        for day in ("2026-01-31", "2026-03-29", "2026-10-25")
    }
    assert list(hours.values()) == [24, 23, 25]


def test_times_are_local():
    assert clock(0.0) == "1970-01-01 01:00:00"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (89, "89 s"), (90, "1.5 min"), (3600, "60 min"), (7260, "2.02 h"), (200_000, "2.31 days")],
)
def test_lengths(seconds, text):
    assert length(seconds) == text
