"""Sums over all faces, and nothing of any one."""

from dataclasses import replace

from edge.contract.records import Analysis, Box, Episode, Observation, Scores
from edge.outputs.totals import Totals


def frame(mono: float, *emotions: str, started: bool = False) -> Analysis:
    scores = Scores(("happy", "sad"), (0.75, 0.25))
    seen = [
        Observation(n, Box(0, 0, 9, 9), 1.0, scores, name, 0.75, started, started) for n, name in enumerate(emotions)
    ]
    return Analysis(0, 1e9 + mono, mono, tuple(seen), (), 0)


def test_time_is_counted_for_each_face_and_each_emotion():
    totals = Totals()
    totals.add(frame(0.0, "happy", "sad", started=True))
    for tenth in range(1, 101):
        totals.add(frame(tenth / 10, "happy", *(["sad"] if tenth <= 30 else [])))
    assert totals.take() == {"over": 10, "faces": 2, "seconds": {"happy": 10, "sad": 3}}


def test_taking_the_sums_begins_anew():
    totals = Totals()
    for second in range(5):
        totals.add(frame(second * 1.0, "happy"))
    assert totals.take() == {"over": 4, "faces": 0, "seconds": {"happy": 4}}
    assert totals.take() is None
    totals.add(frame(5.0, "sad"))
    totals.add(frame(7.0, "sad"))
    assert totals.take() == {"over": 3, "faces": 0, "seconds": {"happy": 1, "sad": 2}}


def test_nobody_there_is_nothing_to_tell():
    totals = Totals()
    totals.add(frame(0.0))
    totals.add(frame(0.1))
    assert totals.take() is None


def test_frames_may_be_far_apart():
    """As with max_fps = 0.1."""
    totals = Totals()
    totals.add(frame(0.0, "happy", started=True))
    totals.add(frame(10.0, "happy"))
    totals.add(frame(20.0, "sad"))
    totals.add(frame(30.0, "sad"))
    assert totals.take() == {"over": 30, "faces": 1, "seconds": {"happy": 20, "sad": 10}}


def test_time_that_runs_backwards_counts_for_nobody():
    totals = Totals()
    totals.add(frame(600.0, "happy", started=True))
    totals.add(frame(0.0, "happy"))  # a recording that begins again
    totals.add(frame(2.0, "happy"))
    assert totals.take() == {"over": 2, "faces": 1, "seconds": {"happy": 2}}


def test_time_in_which_nobody_looked_is_left_out():
    totals = Totals()
    totals.add(frame(0.0, "happy", started=True))
    totals.add(frame(10.0, "happy"))
    ended = Episode(0, Box(0, 0, 9, 9), 1.0, 0.0, 10.0, 2, "happy", Scores(("happy",), (1.0,)), (("happy", 10.0),))
    totals.add(replace(frame(10.0), episodes=(ended,)))
    totals.rest()
    assert totals.take() == {"over": 10, "faces": 1, "seconds": {"happy": 10}}
    totals.add(frame(28800.0))
    totals.rest()
    totals.add(frame(28801.0, "sad", started=True))
    totals.add(frame(28831.0, "sad"))
    assert totals.take() == {"over": 30, "faces": 1, "seconds": {"sad": 30}}
