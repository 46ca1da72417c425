"""The gate: the probability of a human, cut out of the frame, against a threshold."""

import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.records import Box
from edge.vision.gate import Gate

LABELS = ("other", "human")


@pytest.fixture
def frame():
    """Dark, with a bright square."""
    frame = np.full((120, 160), 40, np.uint8)
    frame[50:90, 60:100] = 220
    return frame


def test_reads_the_window_and_nothing_else(by_brightness, frame):
    gate = Gate(by_brightness("gate", LABELS, 0.5))
    assert gate.human(frame, Box(60, 50, 40, 40)) > 0.98
    assert gate.human(frame, Box(10, 5, 40, 40)) < 0.02


def test_takes_the_label_human_wherever_it_is(by_brightness, frame):
    gate = Gate(by_brightness("gate", LABELS[::-1], 0.5))
    assert gate.human(frame, Box(60, 50, 40, 40)) < 0.02


def test_crops_to_the_size_that_the_model_asks_for(by_brightness, frame):
    gate = Gate(by_brightness("gate", LABELS, 0.5, size=(32, 24)))  # the stand-in refuses other sizes
    assert gate.human(frame, Box(60, 50, 40, 40)) > 0.98


def test_lets_through_from_the_manifests_threshold_on(by_brightness):
    gate = Gate(by_brightness("gate", LABELS, 0.7))
    assert [gate.passes(human) for human in (0.0, 0.699, 0.7, 1.0)] == [False, False, True, True]


def test_a_threshold_of_the_users_replaces_the_manifests(by_brightness):
    gate = Gate(by_brightness("gate", LABELS, 0.7), threshold=0.0)
    assert gate.threshold == 0.0
    assert gate.passes(0.0)


def test_a_box_outside_the_frame_is_refused(by_brightness, frame):
    with pytest.raises(InputError, match="outside"):
        Gate(by_brightness("gate", LABELS, 0.5)).human(frame, Box(500, 5, 40, 40))


def test_the_shipped_gate_takes_no_texture_for_a_human(shipped):
    gate = Gate(shipped("gate"))
    noise = np.random.default_rng(5).integers(0, 256, (20, 96, 96), np.uint8)
    assert not any(gate.passes(gate.human(picture, Box(0, 0, 96, 96))) for picture in noise)


def test_the_shipped_gate_lets_faces_through(shipped, faces):
    gate = Gate(shipped("gate"))
    passed = [gate.passes(gate.human(face, Box(0, 0, 48, 48))) for face, _ in faces]
    assert np.mean(passed) > 0.9
