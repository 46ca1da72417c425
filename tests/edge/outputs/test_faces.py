import json

from edge.contract.records import Box, Face, Scores
from edge.outputs.faces import face_form

SCORES = Scores(("happy", "sad"), (0.61234567, 0.38765433))


def test_a_face():
    assert json.dumps(face_form(Face(Box(1, 2, 30, 40), 0.987654, SCORES), 0.5)) == (
        '{"box": [1, 2, 30, 40], "gate": 0.9877, "human": true, "emotion": "happy", "confidence": 0.6123, '
        '"probabilities": {"happy": 0.6123, "sad": 0.3877}}'
    )
    assert face_form(Face(Box(1, 2, 30, 40), 1.0, SCORES), 0.7)["emotion"] == "uncertain"


def test_a_window_that_was_rejected_has_no_emotion():
    form = face_form(Face(Box(1, 2, 30, 40), 0.25, None), 0.5)
    assert (form["gate"], form["human"]) == (0.25, False)
    assert form["emotion"] is form["confidence"] is form["probabilities"] is None
