"""What a person at a terminal reads."""

import io

from edge.contract.records import Analysis, Box, CameraEvent, Episode, ModelInfo, Observation, Scores, Start, Stop
from edge.outputs.console import Console

SCORES = Scores(("happy", "sad"), (0.75, 0.25))


def test_prints_changes_with_the_time_since_the_start():
    stream = io.StringIO()
    with Console(stream) as console:
        console.handle(Start(0.0, 50.0, "0.1.0", "runtime 1", "demo", ()))
        seen = Observation(1, Box(0, 0, 9, 9), 1.0, SCORES, "happy", 0.75, started=True, changed=True)
        console.handle(Analysis(0, 0.0, 51.5, (seen,), (), 0))
        quiet = Observation(1, Box(0, 0, 9, 9), 1.0, SCORES, "happy", 0.75, started=False, changed=False)
        console.handle(Analysis(1, 0.0, 52.0, (quiet,), (), 0))
        gone = Episode(1, Box(0, 0, 9, 9), 1.0, 51.5, 53.0, 15, "happy", SCORES, (("happy", 1.5),))
        console.handle(Analysis(2, 0.0, 53.0, (), (gone,), 0))
        console.handle(Stop(0.0, 53.0, "end of source", 3, 0, 2))
        console.handle(Stop(0.0, 53.0, "end of source", 1, 0, 1))
    assert stream.getvalue().splitlines() == [
        "     0.0 s  looking at demo with  on runtime 1",
        "     1.5 s  face 1 appears: happy      75%  ███████████████░░░░░",
        "     3.0 s  face 1 is gone after 1.5 s (happy 1.5 s)",
        "     3.0 s  stopped (end of source): 3 frames, 2 faces seen",
        "     3.0 s  stopped (end of source): 1 frame, 1 face seen",
    ]


def test_a_person_sees_which_models_and_profile_are_in_use():
    stream = io.StringIO()
    models = ModelInfo("emotion", "emotion", "ab" * 32, 0.4, "cd" * 32), ModelInfo("gate", "gate", "ef" * 32, 0.5)
    Console(stream).handle(Start(0.0, 50.0, "0.1.0", "runtime 1", "demo", models))
    assert "with emotion abababab (profile cdcdcdcd), gate efefefef on runtime 1" in stream.getvalue()


def test_a_person_sees_that_the_camera_is_lost_and_why():
    stream = io.StringIO()
    console = Console(stream)
    console.handle(Start(0.0, 100.0, "0", "none", "0", ()))
    console.handle(CameraEvent(1.0, 101.5, "lost", "0: gives no frames"))
    console.handle(CameraEvent(1.0, 109.0, "back"))
    assert stream.getvalue().splitlines()[1:] == [
        "     1.5 s  camera lost: 0: gives no frames",
        "     9.0 s  camera back",
    ]
