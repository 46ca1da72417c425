"""Sums: every second once, in its minute, and no event can break them."""

import math
from datetime import date

import pytest

from edge.outputs.log.reader import Entry
from edge.tools.summary.day import span
from edge.tools.summary.outages import Outage
from edge.tools.summary.tally import MINUTE, Tally
from tests.edge.tools.summary.story import DESK, DOOR, LOG, OTHER, at, entries, episode, event


def tally(*events: dict, begin: float = -math.inf, end: float = math.inf, synced: bool = True) -> Tally:
    sums = Tally(begin, end)
    for entry in entries(*events, synced=synced):
        sums.add(entry)
    sums.finish()
    return sums


def of_two_logs(here: list[dict], there: list[dict]) -> Tally:
    """Their events in the order of time, as they are read."""
    sums = Tally()
    for entry in sorted([*entries(*here), *entries(*there, log=OTHER)], key=lambda entry: entry.time):
        sums.add(entry)
    sums.finish()
    return sums


def seconds(sums: Tally) -> dict[str, float]:
    found: dict[str, float] = {}
    for shown in sums.minutes.values():
        for emotion, value in shown.items():
            found[emotion] = found.get(emotion, 0.0) + value
    return {emotion: pytest.approx(value) for emotion, value in found.items()}


EIGHT = at("2026-01-31 08:00:00")


def test_an_episode_is_counted_in_the_minutes_in_which_it_was():
    sums = tally(*episode(EIGHT + 50, 1, ("happy", 20.0), ("sad", 5.0)))
    first = int(EIGHT // MINUTE)
    assert dict(sums.minutes[DOOR, first]) == {"happy": pytest.approx(10)}
    assert dict(sums.minutes[DOOR, first + 1]) == {"happy": pytest.approx(10), "sad": pytest.approx(5)}
    assert (sum(sums.faces.values()), sums.episodes, sums.odd) == (1, [25.0], 0)


def test_the_sums_are_those_of_the_gone_event():
    """It knows the time before a face was confirmed, and that it was not there while its loss was not sure."""
    *before, gone = episode(EIGHT, 1, ("happy", 10.0), ("sad", 10.0))
    gone["seconds"] = {"happy": 12.0, "sad": 9.0, "angry": 3.0}
    assert seconds(tally(*before, gone)) == {"happy": 12.0, "sad": 9.0, "angry": 3.0}


def test_a_gone_without_its_beginning_counts_too():
    assert seconds(tally(episode(EIGHT, 1, ("happy", 10.0))[-1])) == {"happy": 10.0}


def test_faces_of_two_cameras_and_tracks_of_the_same_number():
    both = zip(episode(EIGHT, 1, ("happy", 30.0)), episode(EIGHT, 1, ("sad", 30.0), camera="desk"), strict=True)
    sums = tally(*(each for pair in both for each in pair))
    assert seconds(sums) == {"happy": 30.0, "sad": 30.0}
    assert {camera for camera, _ in sums.minutes} == {DOOR, DESK}


def boot(events: list[dict], name: str, mono: float) -> list[dict]:
    """The same on another machine, by whose monotonic clock it is later."""
    return [{**each, "boot": name, "mono": each["mono"] + mono} for each in events]


def test_two_boards_whose_cameras_share_a_name_are_two_cameras():
    """As those on which nobody set a name: it is the source's then, "picamera" on all of them."""
    here = [*episode(EIGHT, 1, ("happy", 90.0)), event("camera", EIGHT + 100, state="lost")]
    here += [event("heartbeat", EIGHT + 130, rejected=2)]
    there = [event("start", EIGHT + 50), *episode(EIGHT + 55, 1, ("sad", 20.0)), event("start", EIGHT + 110)]
    sums = of_two_logs(here, boot(there, "c", 5e6))
    assert seconds(sums) == {"happy": 90.0, "sad": 20.0}
    assert {(camera.name, camera.log) for camera, _ in sums.minutes} == {("door", LOG), ("door", OTHER)}
    assert sums.outages.ended == [Outage(DOOR, EIGHT + 100, EIGHT + 130, False)], "the other board's start ends nothing"
    assert (sums.runs, sums.episodes) == (2, [20.0, 90.0])


def test_a_run_that_was_killed_counts_as_far_as_it_was_heard_of():
    cut = episode(EIGHT, 1, ("happy", 30.0), ("sad", 30.0))[:-1]
    beat = event("heartbeat", EIGHT + 40, rejected=3)
    again = event("start", EIGHT + 3000, partial_lines=1)
    sums = tally(*cut, beat, again, *episode(EIGHT + 3001, 1, ("fear", 5.0)))
    assert seconds(sums) == {"happy": 30.0, "sad": 10.0, "fear": 5.0}
    assert (sums.runs, sums.partial, sum(sums.rejected.values())) == (1, 1, 3)
    assert seconds(tally(*cut, beat)) == {"happy": 30.0, "sad": 10.0}, "at the end of the log likewise"


def test_a_clock_that_is_set_in_the_middle_does_not_stretch_an_episode():
    first, second, third = episode(EIGHT, 1, ("happy", 60.0))
    for early in (first, second):
        early["ts"] = "1970-01-01T00:00:10.000Z"
    sums = tally(first, second, third)
    assert seconds(sums) == {"happy": 60.0}
    assert {minute for _, minute in sums.minutes} == {int(EIGHT // MINUTE)}


def test_a_day_takes_its_part_of_what_goes_over_midnight():
    begin, end = span(date(2026, 1, 31))
    events = [*episode(begin - 40, 1, ("happy", 100.0)), *episode(end - 10, 2, ("sad", 100.0))]
    sums = tally(*events, begin=begin, end=end)
    assert seconds(sums) == {"happy": 60.0, "sad": 10.0}
    assert sum(sums.faces.values()) == 1, "the first came the day before"
    assert len(sums.episodes) == 1


def test_a_portrait_on_the_wall_counts_for_weeks():
    month = 31 * 86400.0
    sums = tally(*episode(EIGHT, 1, ("happy", month)))
    assert (seconds(sums), sums.episodes, sums.odd) == ({"happy": month}, [month], 0)
    still_there = episode(EIGHT, 1, ("happy", month))[:-1]
    assert seconds(tally(*still_there, event("heartbeat", EIGHT + month, rejected=0))) == {"happy": month}
    assert seconds(tally(event("totals", EIGHT, over=month, faces=1, seconds={"sad": month}))) == {"sad": month}


def test_totals():
    sums = tally(event("totals", EIGHT + 60, over=60, faces=2, seconds={"happy": 30, "sad": 6}))
    assert seconds(sums) == {"happy": 30.0, "sad": 6.0}
    assert sum(sums.faces.values()) == 2


def run(*beats: int, whole: int | None, start: bool = True) -> list[dict]:
    """A run with what its heartbeats and its end tell of rejections; older versions' ends told nothing."""
    told = [event("heartbeat", EIGHT + 60 * n, rejected=rejected) for n, rejected in enumerate(beats, 1)]
    end = event("stop", EIGHT + 60 * len(beats) + 30, **({} if whole is None else {"rejected": whole}))
    return [*([event("start", EIGHT)] if start else []), *told, end]


@pytest.mark.parametrize(
    ("told", "rejected"),
    [
        (run(whole=4), 4),
        (run(5, 2, whole=10), 10),
        (run(5, 2, whole=7), 7),
        (run(5, 2, whole=None), 7),
        (run(5, 2, whole=3), 7),
        (run(5, 2, whole=5000, start=False), 7),
    ],
    ids=["shorter than a minute", "after the last", "none", "old", "less than told", "of a run that is cut off"],
)
def test_what_the_gate_rejected_after_the_last_heartbeat(told, rejected):
    assert sum(tally(*told).rejected.values()) == rejected


def test_the_end_of_a_run_knows_of_that_run_alone():
    killed = [event("start", EIGHT - 900), event("heartbeat", EIGHT - 840, rejected=100)]
    assert sum(tally(*killed, *run(5, whole=6), *run(1, whole=3)).rejected.values()) == 109
    both = of_two_logs(run(5, whole=6), run(10, 10, whole=30))
    assert sum(both.rejected.values()) == 36
    after_midnight = tally(*run(5, 2, whole=10), begin=EIGHT + 100, end=EIGHT + 200)
    assert sum(after_midnight.rejected.values()) == 5, "the heartbeat of the day before has told its five"


def test_outages_end_when_the_camera_is_back_or_a_run_begins():
    lost, back = (event("camera", EIGHT + delay, state=state) for delay, state in ((0, "lost"), (90, "back")))
    other = event("camera", EIGHT + 200, "desk", state="lost")
    beat = event("heartbeat", EIGHT + 230, "desk", rejected=0)
    found = tally(lost, back, other, beat).outages.ended
    assert found == [Outage(DOOR, EIGHT, EIGHT + 90, True), Outage(DESK, EIGHT + 200, EIGHT + 230, False)]
    (restarted,) = tally(lost, event("start", EIGHT + 500)).outages.ended
    assert restarted == Outage(DOOR, EIGHT, EIGHT + 500, True)
    (clipped,) = tally(lost, back, begin=EIGHT + 30, end=EIGHT + 60).outages.ended
    assert clipped == Outage(DOOR, EIGHT + 30, EIGHT + 60, True)


def test_what_is_missing_is_counted():
    sums = tally(event("dropped", EIGHT, count=12), synced=False)
    assert (sums.dropped, sums.unsynced) == (12, 1)


@pytest.mark.parametrize(
    "harm",
    [
        *({"camera": None}, {"mono": None}, {"mono": "x"}, {"mono": 1e999}, {"track": []}, {"seconds": [1]}),
        *({"seconds": {"happy": -5}}, {"seconds": {"happy": 1e999}}, {"seconds": {"happy": "x"}}, {"duration": 1e12}),
        *({"mono": 10**400}, {"track": 1e999}, {"seconds": None}, {"duration": None}),
    ],
)
def test_an_event_of_a_wrong_form_is_counted_and_does_no_harm(harm):
    *before, gone = episode(EIGHT, 1, ("happy", 10.0))
    sums = tally(*before, {**gone, **harm}, *episode(EIGHT + 600, 2, ("sad", 5.0)))
    assert sums.odd == 1
    found = seconds(sums)
    assert found["sad"] == 5.0
    assert set(found) <= {"happy", "sad"}


def test_events_without_anything_are_odd():
    sums = Tally()
    for kind in ("start", "face", "emotion", "gone", "totals", "heartbeat", "camera", "dropped"):
        sums.add(Entry(1.0, True, {"event": kind}, LOG))
    sums.finish()
    assert sums.odd == 8


@pytest.mark.parametrize("mono", [None, "x", 1e999, math.nan])
def test_a_face_without_a_time_is_not_remembered(mono):
    broken = event("emotion", EIGHT, track=7, emotion="sad") | {"mono": mono}
    if mono is None:
        del broken["mono"]
    assert tally(broken).odd == 1
    open_one = episode(EIGHT + 1, 1, ("happy", 30.0))[:-1]
    sums = tally(broken, *open_one, event("heartbeat", EIGHT + 31, rejected=0))
    assert (seconds(sums), sums.odd) == ({"happy": 30.0}, 1)


def test_each_face_is_ended_by_itself():
    """Of a face that is in sight since a wrong time nothing is known; it takes no other with it."""
    absurd = event("emotion", EIGHT, track=7, emotion="sad") | {"mono": -1e15}
    sums = tally(absurd, *episode(EIGHT + 1, 1, ("happy", 30.0))[:-1], event("heartbeat", EIGHT + 31, rejected=0))
    assert seconds(sums) == {"happy": 30.0}


@pytest.mark.parametrize("harm", [{"track": None}, {"seconds": None}, {"duration": -1}])
def test_a_face_whose_end_is_broken_is_not_seen_until_the_end_of_the_run(harm):
    *before, gone = episode(EIGHT, 1, ("happy", 10.0))
    sums = tally(*before, event("heartbeat", EIGHT + 9, rejected=0), gone | harm, event("stop", EIGHT + 9000))
    assert (seconds(sums), sums.odd) == ({"happy": 9.0}, 1)


def test_a_face_whose_end_was_lost_is_not_seen_until_the_end_of_the_run():
    before = episode(EIGHT, 1, ("happy", 10.0))[:-1]
    full = event("dropped", EIGHT + 900, count=5, reason="No space left on device")
    sums = tally(*before, event("heartbeat", EIGHT + 9, rejected=0), full, event("stop", EIGHT + 9000))
    assert seconds(sums) == {"happy": 9.0}
    still_there = event("emotion", EIGHT + 950, track=1, emotion="sad")
    sums = tally(*before, full, still_there, event("stop", EIGHT + 1000))
    assert seconds(sums) == {"happy": 950.0, "sad": 50.0}


@pytest.mark.parametrize("harm", [{"count": None}, {"count": -1}, {"count": 1e999}])
def test_a_count_that_is_none(harm):
    sums = tally(event("dropped", EIGHT, **harm), event("stop", EIGHT + 1))
    assert (sums.odd, sums.dropped) == (1, 0)
