"""How often the gate is asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.records import Box
from edge.vision.verdicts import Verdicts

GREY = np.zeros((480, 640), np.uint8)
FACE, WALL = Box(100, 100, 80, 80), Box(400, 200, 100, 100)


class Gate:
    """Says what the test wants, and counts how often it is asked."""

    def __init__(self, **human: float):
        self.face, self.wall = human.get("face", 0.9), human.get("wall", 0.1)
        self.asked: list[str] = []

    def human(self, grey: np.ndarray, box: Box) -> float:
        name = "wall" if box.x > 300 else "face"
        self.asked.append(name)
        return getattr(self, name)

    def passes(self, human: float) -> bool:
        return human >= 0.5


def asked(gate: Gate, verdicts: Verdicts, mono: float, *boxes: Box) -> tuple[list[float], list[str]]:
    gate.asked = []
    return verdicts.judge(GREY, boxes, mono), gate.asked


def test_a_window_is_judged_three_times_and_then_a_few_times_a_second():
    gate = Gate()
    verdicts = Verdicts(gate, lasting=0.25)
    courses = [asked(gate, verdicts, index / 10, FACE, WALL) for index in range(10)]
    assert all(humans == [0.9, 0.1] for humans, _ in courses)
    assert [bool(names) for _, names in courses] == [True] * 3 + [False, False, True] * 2 + [False]


def test_a_window_that_is_judged_otherwise_is_judged_in_each_frame_again():
    gate = Gate()
    verdicts = Verdicts(gate, lasting=0.25)
    for index in range(5):
        verdicts.judge(GREY, [FACE], index / 10)
    gate.face = 0.2
    assert [asked(gate, verdicts, 0.5 + index / 10, FACE)[0] for index in range(2)] == [[0.2], [0.2]]
    gate.face = 0.8
    assert [asked(gate, verdicts, 0.7 + index / 10, FACE) for index in range(3)] == [([0.8], ["face"])] * 3


def test_a_face_that_moves_keeps_its_verdict_and_another_in_its_place_does_not():
    gate = Gate()
    verdicts = Verdicts(gate, lasting=60)
    for index in range(20):
        humans, names = asked(gate, verdicts, index / 10, Box(100 + 8 * index, 100, 80, 80))
        assert (humans, len(names)) == ([0.9], int(index < 3))
    assert asked(gate, verdicts, 2.0, WALL) == ([0.1], ["wall"])


@pytest.mark.parametrize("boxes", [[], [WALL]])
def test_what_was_away_for_a_frame_is_new(boxes):
    gate = Gate()
    verdicts = Verdicts(gate, lasting=60)
    for index in range(5):
        verdicts.judge(GREY, [FACE], index / 10)
    verdicts.judge(GREY, boxes, 0.5)
    assert asked(gate, verdicts, 0.6, FACE)[1] == ["face"]


def test_a_new_stream_knows_nothing():
    gate = Gate()
    verdicts = Verdicts(gate, lasting=60)
    for index in range(5):
        verdicts.judge(GREY, [FACE], 7 + index / 10)
    verdicts.forget()
    assert asked(gate, verdicts, 1.0, FACE)[1] == ["face"]


boxes = st.builds(Box, st.integers(0, 500), st.integers(0, 380), st.integers(40, 120), st.just(80))


@given(st.lists(st.tuples(st.floats(0.01, 0.3), st.lists(boxes, max_size=6)), max_size=20))
def test_each_window_gets_one_verdict_and_none_is_older_than_allowed(stream):
    gate, mono = Gate(), 0.0
    verdicts = Verdicts(gate, lasting=0.25)
    for step, windows in stream:
        mono += step
        assert len(asked(gate, verdicts, mono, *windows)[0]) == len(windows)
        assert len(gate.asked) <= len(windows)
        assert all(mono - verdict.judged < 0.25 for verdict in verdicts._known)
