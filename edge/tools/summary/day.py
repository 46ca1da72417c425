"""Days and hours as the machine's own clock shows them."""

from datetime import date, datetime, timedelta

from edge.contract.errors import InputError

_FIRST, _LAST = 1970, 9998
"""Years of the events that a log is read for."""


def parse_day(text: str, today: date | None = None) -> date:
    """A day such as 2026-01-31, "today" or "yesterday". Raises InputError for what no log can hold."""
    today = today or datetime.now().date()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = named[text] if text in named else date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--day {text}: is no day; give it as 2026-01-31, today or yesterday") from None
    if not _FIRST <= day.year <= _LAST:
        raise InputError(f"--day {text}: is out of range: {_FIRST} to {_LAST}")
    return day


def span(day: date) -> tuple[float, float]:
    """When a local day begins and ends, UTC in seconds; 23 or 25 hours apart where clocks are changed."""
    begin, end = (datetime(each.year, each.month, each.day) for each in (day, day + timedelta(days=1)))
    return begin.timestamp(), end.timestamp()


def local(time: float) -> datetime:
    """UTC seconds as local time, without its zone."""
    return datetime.fromtimestamp(time)


def clock(time: float) -> str:
    """UTC seconds as local date and time for people."""
    return f"{local(time):%Y-%m-%d %H:%M:%S}"


def length(seconds: float) -> str:
    """A length of time for people: 8 s, 12 min, 3.2 h, 2.5 days."""
    for unit, name, most in ((1.0, "s", 90), (60.0, "min", 90), (3600.0, "h", 48)):
        if seconds < most * unit:
            return f"{seconds / unit:.3g} {name}" if unit > 1 else f"{seconds / unit:.0f} {name}"
    return f"{seconds / 86400:.3g} days"
