"""What each moment of a run becomes in the log."""

import pytest

from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Episode,
    Heartbeat,
    ModelInfo,
    Observation,
    Scores,
    Start,
    Stop,
)
from edge.outputs.events import events_of, timestamp

SCORES = Scores(("angry", "happy"), (0.12345, 0.87655))
BOX = Box(1, 2, 30, 31)


def seen(started: bool = False, changed: bool = False, emotion: str = "happy") -> Observation:
    return Observation(7, BOX, 0.98765, SCORES, emotion, 0.87655, started, changed)


def frame(*observations: Observation, episodes: tuple[Episode, ...] = ()) -> Analysis:
    return Analysis(3, 1.5, 100.12345, observations, episodes, 0)


def events(moment):
    return list(events_of(moment, "door", "boot-1"))


def test_a_frame_in_which_nothing_changes_is_not_logged():
    assert events(frame(seen())) == []


def test_a_new_face_is_logged_with_its_first_emotion():
    face, emotion = events(frame(seen(started=True, changed=True)))
    assert (face.pop("event"), emotion.pop("event")) == ("face", "emotion")
    assert face == emotion
    assert face == {
        "v": 1,
        "ts": "1970-01-01T00:00:01.500Z",
        "mono": 100.123,
        "boot": "boot-1",
        "camera": "door",
        "track": 7,
        "box": [1, 2, 30, 31],
        "emotion": "happy",
        "confidence": 0.8766,
        "probabilities": {"angry": 0.1235, "happy": 0.8766},
        "gate": 0.9877,
    }


def test_a_change_alone_is_an_emotion():
    assert [event["event"] for event in events(frame(seen(changed=True)))] == ["emotion"]


def episode(emotion: str) -> Episode:
    return Episode(7, BOX, 0.9, 10.0, 12.5, 25, emotion, SCORES, (("happy", 2.0), ("uncertain", 0.5)))


def test_the_end_of_a_track_comes_before_the_next_face():
    gone, face = events(frame(seen(started=True), episodes=(episode("happy"),)))
    assert face["event"] == "face"
    assert gone["event"] == "gone"
    assert gone["duration"] == 2.5
    assert gone["frames"] == 25
    assert gone["seconds"] == {"happy": 2.0, "uncertain": 0.5}
    assert gone["confidence"] == 0.8766


def test_an_uncertain_episode_gives_the_best_probability():
    (gone,) = events(frame(episodes=(episode("uncertain"),)))
    assert (gone["emotion"], gone["confidence"]) == ("uncertain", 0.8766)


def test_start_names_the_models_by_their_hashes():
    model = ModelInfo("emotion", "emotion", "ab" * 32, 0.4)
    (start,) = events(Start(0.0, 0.0, "0.1.0", "ai-edge-litert 2.3.0", "demo", (model,)))
    assert start["event"] == "start"
    assert start["models"] == {"emotion": {"name": "emotion", "sha256": "ab" * 32, "threshold": 0.4}}


def test_start_says_that_a_persons_profile_is_in_use():
    model = ModelInfo("emotion", "emotion", "ab" * 32, 0.4, "cd" * 32)
    (start,) = events(Start(0.0, 0.0, "0.1.0", "ai-edge-litert 2.3.0", "demo", (model,)))
    assert start["models"]["emotion"]["profile"] == "cd" * 32


def test_heartbeat_has_rates_and_says_nothing_it_does_not_know():
    (beat,) = events(Heartbeat(60.0, 60.0, 60.0, 600, 2, 1, 3, 12.3456, None, None))
    assert (beat["fps"], beat["skipped"], beat["rejected"], beat["latency_p95_ms"]) == (10.0, 2, 3, 12.35)
    assert beat["temperature_c"] is None
    assert beat["throttled"] is None
    assert "warning" not in beat


def test_heartbeat_says_what_is_wrong_with_the_board():
    (beat,) = events(Heartbeat(60.0, 60.0, 60.0, 600, 2, 1, 3, 12.3456, 81.0, True, warning="under-voltage, hot"))
    assert (beat["temperature_c"], beat["throttled"], beat["warning"]) == (81.0, True, "under-voltage, hot")


def test_a_camera_is_lost_for_a_reason_and_simply_back():
    (lost,) = events(CameraEvent(1.0, 2.0, "lost", "0: gives no frames"))
    (back,) = events(CameraEvent(1.0, 2.0, "back"))
    assert (lost["event"], lost["state"], lost["reason"]) == ("camera", "lost", "0: gives no frames")
    assert (back["event"], back["state"]) == ("camera", "back")
    assert "reason" not in back


def test_heartbeat_counts_what_was_overtaken():
    (beat,) = events(Heartbeat(60.0, 60.0, 60.0, 600, 2, 1, 3, 12.3456, None, None, dropped=4))
    assert beat["dropped"] == 4


def test_stop_says_why():
    (stop,) = events(Stop(1.0, 1.0, "SIGTERM", 5, 2, 1, 7))
    assert (stop["event"], stop["reason"], stop["frames"]) == ("stop", "SIGTERM", 5)
    assert (stop["skipped"], stop["faces"], stop["rejected"]) == (2, 1, 7)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1970-01-01T00:00:00.000Z"), (1767225600.9996, "2026-01-01T00:00:00.999Z")],
)
def test_timestamps_are_utc_in_milliseconds(seconds, text):
    assert timestamp(seconds) == text
