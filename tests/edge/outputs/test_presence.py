"""Who is in sight: tracks that have begun and not ended."""

from edge.contract.records import Analysis, Box, Episode, Observation, Scores
from edge.outputs.presence import Presence

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
