"""What is put on record in each mode, and by a clock that is set late."""

import json
from dataclasses import replace

import pytest

from edge.contract.errors import ConfigurationError
from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Episode,
    Heartbeat,
    Observation,
    Pause,
    Scores,
    Start,
    Stop,
)
from edge.outputs.event_log import encode
from edge.outputs.scribe import Scribe

SCORES = Scores(("happy", "sad"), (0.75, 0.25))
BOX = Box(1, 2, 30, 31)
START = Start(1000.0, 10.0, "0", "none", "film", ())
BEAT = Heartbeat(1060.0, 70.0, 60.0, 600, 0, 1, 0, 1.0, None, None)
STOP = Stop(1061.0, 71.0, "end of source", 600, 0, 1)


def frame(mono: float, first: bool = False, time: float | None = None) -> Analysis:
    seen = Observation(1, BOX, 1.0, SCORES, "happy", 0.75, started=first, changed=first)
    return Analysis(round(mono), 990.0 + mono if time is None else time, mono, (seen,), (), 0)


GONE = Analysis(9, 1050.0, 60.0, (), (Episode(1, BOX, 1.0, 10.0, 60.0, 9, "happy", SCORES, (("happy", 5.0),)),), 0)


def kinds(mode: str) -> list[str]:
    scribe = Scribe("door", mode, synchronized=lambda: True)
    moments = (START, frame(11, first=True), frame(12), frame(13), GONE, BEAT, STOP)
    return [event["event"] for moment in moments for event in scribe.events(moment)]


def test_changes():
    assert kinds("changes") == ["start", "face", "emotion", "gone", "heartbeat", "stop"]


def test_frames():
    observed = ["face", "emotion", "observation", "observation", "observation"]
    assert kinds("frames") == ["start", *observed, "gone", "heartbeat", "stop"]
    (event,) = Scribe("door", "frames", lambda: True).events(frame(12))
    assert (event["frame"], event["box"], event["emotion"]) == (12, [1, 2, 30, 31], "happy")


@pytest.mark.parametrize("mode", ["changes", "frames", "totals"])
def test_events_are_counted_without_being_told(mode):
    scribe = Scribe("door", mode, lambda: True)
    for moment in (START, frame(11, first=True), frame(12), GONE, BEAT, STOP):
        told = [event for event in scribe.events(moment) if event["event"] != "totals"]
        assert scribe.count(moment) == scribe.count(moment) == len(told)


def test_totals_tell_nothing_of_a_single_face():
    assert kinds("totals") == ["start", "totals", "heartbeat", "stop"]
    scribe = Scribe("door", "totals", lambda: True)
    moments = (START, frame(11, first=True), frame(12), frame(13), GONE, BEAT, frame(71), STOP)
    events = [event for moment in moments for event in scribe.events(moment)]
    text = json.dumps(events)
    for word in ("box", "track", "probabilities", "confidence", "gate", "duration"):
        assert f'"{word}"' not in text
    assert {event["ts"] for event in events} <= {
        f"1970-01-01T00:{clock}.000Z" for clock in ("16:40", "17:40", "17:41")
    }, "no time but the run's own and the heartbeat's"
    assert events[1]["seconds"] == {"happy": 5}, "as the episode says"


@pytest.mark.parametrize("stops", [CameraEvent(1001.0, 11.0, "lost", "unplugged"), Pause(1001.0, 11.0, "begun")])
def test_totals_are_over_the_time_in_which_somebody_looked(stops):
    """As the runner tells it: the tracks end before the change is told, both ways of a pause."""
    goes_on = replace(stops, state="back" if isinstance(stops, CameraEvent) else "ended", mono=28811.0, time=29801.0)
    ended = Episode(1, BOX, 1.0, 10.0, 11.0, 9, "happy", SCORES, (("happy", 1.0),))
    nobody = [Analysis(0, 990.0 + mono, mono, (), gone, 0) for mono, gone in ((11.0, (ended,)), (28811.0, ()))]
    beats = [replace(BEAT, time=990.0 + mono, mono=mono) for mono in (70.0, 130.0, 28870.0)]
    before, after = frame(10, first=True), [frame(28811 + second, first=second == 0) for second in range(31)]
    scribe = Scribe("door", "totals", lambda: True)
    moments = (before, nobody[0], stops, *beats[:2], nobody[1], goes_on, *after, beats[2])
    told = [event for moment in moments for event in scribe.events(moment) if event["event"] == "totals"]
    assert [(event["over"], event["seconds"]) for event in told] == [(1, {"happy": 1}), (30, {"happy": 30})]


def test_a_mode_that_is_none():
    with pytest.raises(ConfigurationError, match="log: mode = 'all' is none of changes, frames, totals"):
        Scribe("door", "all")


class LateClock:
    """A board that starts in 1970 and learns the time later: its time steps, its monotonic clock does not."""

    def __init__(self):
        self.set = False

    def offset(self) -> float:
        return 1_700_000_000.0 if self.set else 990.0

    def frame(self, mono: float, offset: float | None = None) -> Analysis:
        return frame(mono, first=True, time=mono + (self.offset() if offset is None else offset))


def test_records_from_before_the_clock_was_set_say_so_and_one_event_mends_them():
    clock = LateClock()
    scribe = Scribe("door", "changes", lambda: clock.set, clock.offset)
    before = list(scribe.events(clock.frame(10.0)))
    clock.set = True
    in_hand = list(scribe.events(clock.frame(11.0, offset=990.0)))  # stamped just before the step
    after = list(scribe.events(clock.frame(12.0)))
    assert [event.get("synced") for event in (*before, *in_hand, *after)] == [
        False,
        False,
        None,
        False,
        False,
        None,
        None,
    ]
    (mend,) = [event for event in (*before, *in_hand, *after) if event["event"] == "clock"]
    assert mend["offset"] == 1_700_000_000.0
    assert mend["mono"] == 11.0
    assert mend["ts"] == "2023-11-14T22:13:31.000Z"


def test_a_clock_that_was_right_all_along_is_no_event_of_the_log():
    scribe = Scribe("door", "changes", lambda: True)
    assert all("synced" not in event for event in scribe.events(START))
    assert "clock" not in kinds("changes")


def test_a_small_correction_leaves_nothing_unsure():
    state = {"set": False}
    scribe = Scribe("door", "changes", lambda: state["set"], lambda: 990.5)
    list(scribe.events(frame(10.0, first=True)))
    state["set"] = True
    events = list(scribe.events(frame(11.0, first=True)))
    assert [event.get("synced") for event in events] == [None, None, None]


def test_the_clock_is_not_asked_any_more_once_it_is_set():
    asked = []
    scribe = Scribe("door", "changes", lambda: bool(asked.append(1)) or len(asked) > 2, lambda: 990.0)
    for second in range(10):
        list(scribe.events(frame(10.0 + second)))
    assert len(asked) == 3


def test_encoding_is_one_line_of_plain_ascii():
    assert encode({"camera": "Tür\n\u2028"}) == b'{"camera":"T\\u00fcr\\n\\u2028"}\n'
