"""The emotion stage: probabilities of the face in the box."""

import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.contract.records import Box
from edge.vision.emotion import Emotion

LABELS = ("sad", "happy")


def test_scores_the_face_in_the_box(by_brightness):
    frame = np.full((120, 160), 40, np.uint8)
    frame[50:90, 60:100] = 220
    emotion = Emotion(by_brightness("emotion", LABELS, 0.4, size=(32, 24)))
    bright, dark = emotion.scores(frame, Box(60, 50, 40, 40)), emotion.scores(frame, Box(0, 0, 40, 40))
    assert (bright.best, dark.best) == ("happy", "sad")
    assert bright.labels == emotion.labels == LABELS
    assert sum(bright.values) == pytest.approx(1)


def test_the_threshold_is_the_manifests_or_the_users(by_brightness):
    classifier = by_brightness("emotion", LABELS, 0.4)
    assert Emotion(classifier).threshold == 0.4
    assert Emotion(classifier, threshold=0.0).threshold == 0.0


def test_a_box_outside_the_frame_is_refused(by_brightness):
    with pytest.raises(InputError, match="outside"):
        Emotion(by_brightness("emotion", LABELS, 0.4)).scores(np.zeros((9, 9), np.uint8), Box(9, 0, 4, 4))


def test_the_shipped_model_reads_faces(shipped, faces):
    emotion = Emotion(shipped("emotion"))
    assert emotion.labels == EMOTIONS
    right = 0
    for face, label in faces:
        scores = emotion.scores(face, Box(0, 0, 48, 48))
        assert sum(scores.values) == pytest.approx(1)
        right += scores.best == label
    assert right / len(faces) > 0.5, "seven classes; people reach about 0.65 on these labels"
