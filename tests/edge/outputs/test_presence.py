"""Who is in sight: tracks that have begun and not ended."""

from edge.contract.records import Analysis, Box, Episode, Observation, Scores
from edge.outputs.presence import Presence, Shown

BOX, SCORES = Box(0, 0, 9, 9), Scores(("happy", "sad"), (0.75, 0.25))


def look(presence: Presence, *tracks: int, gone: tuple[int, ...] = ()) -> list[int]:
    faces = tuple(Observation(track, BOX, 1.0, SCORES, "happy", 0.75, started=False, changed=False) for track in tracks)
    ended = tuple(Episode(track, BOX, 1.0, 0.0, 1.0, 9, "happy", SCORES, (("happy", 1.0),)) for track in gone)
    presence.update(Analysis(0, 0.0, 0.0, faces, ended, 0))
    return [face.track for face in presence.faces]


def test_faces_stay_until_their_track_ends():
    presence = Presence()
    assert look(presence) == []
    assert look(presence, 1) == [1]
    assert look(presence) == [1]
    assert look(presence, 2, 1) == [1, 2], "who was first stays first"
    assert look(presence, 2, gone=(1,)) == [2]
    assert look(presence, 1, gone=(2,)) == [1]


def test_a_track_that_was_never_seen_may_end():
    assert look(Presence(), gone=(7,)) == []


def shown(steps: list[Analysis]) -> dict[str, float]:
    """The sums after all steps; none may ever shrink."""
    counts, sums = Shown(), {}
    for step in steps:
        for emotion, seconds in counts.passed(step):
            assert seconds > 0
            sums[emotion] = sums.get(emotion, 0.0) + seconds
    return {emotion: round(seconds, 6) for emotion, seconds in sums.items()}


def at(mono: float, *seen: tuple[int, str], ended: tuple[Episode, ...] = ()) -> Analysis:
    faces = tuple(Observation(track, BOX, 1.0, SCORES, emotion, 0.75, False, False) for track, emotion in seen)
    return Analysis(0, mono, mono, faces, ended, 0)


def test_seconds_are_counted_while_the_face_is_there():
    steps = [at(10.0, (1, "happy")), at(10.5, (1, "happy")), at(11.5, (1, "sad")), at(13.5, (1, "sad"), (2, "happy"))]
    assert shown(steps) == {"happy": 1.5, "sad": 2.0}


def test_a_face_that_was_missed_for_a_frame_was_there():
    assert shown([at(10.0, (1, "happy")), at(11.0), at(12.0, (1, "happy"))]) == {"happy": 2.0}


def test_in_the_end_all_is_as_the_episode_says():
    episode = Episode(1, BOX, 1.0, 9.7, 13.0, 9, "happy", SCORES, (("happy", 1.3), ("sad", 2.0)))
    steps = [at(10.0, (1, "happy")), at(11.0, (1, "sad")), at(13.0, (1, "sad")), at(14.0, ended=(episode,))]
    assert shown(steps[:3]) == {"happy": 1.0, "sad": 2.0}
    assert shown(steps) == {"happy": 1.3, "sad": 2.0}


def test_of_a_face_that_went_nothing_is_kept():
    counts = Shown()
    list(counts.passed(at(10.0, (1, "happy"))))
    list(counts.passed(at(11.0, ended=(Episode(1, BOX, 1.0, 10.0, 10.0, 1, "happy", SCORES, ()),))))
    assert not counts._tracks
