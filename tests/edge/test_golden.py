"""What the shipped models say of the demo face, held fixed: training and edge cannot drift apart unseen.

After a new model is shipped, `PYTHONPATH=. python tests/edge/test_golden.py` prints the values to put here.
"""

import hashlib

import pytest

from edge.assembly import load_classifier
from edge.capture.demo import open_demo
from edge.contract.labels import EMOTIONS
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box

FRAME = 45
BOX = Box(232, 38, 158, 158)
DECODED = "ff775518ab3fa0bd9c5af76119cecb74566079dcc004ac21a5b98328c22367d0"
CROP = "2275037b623c8748ac8129aa517c9a22e42206285d71b518882b5117101b1c83"
GATE = 0.9922
EMOTION = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def decoded():
    with open_demo() as source:
        return next(frame for frame in source if frame.index == FRAME).grey


def crop():
    return face_crop(decoded(), BOX, (48, 48))


def digest(pixels):
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def test_preprocessing_gives_the_same_pixels():
    if digest(decoded()) != DECODED:
        pytest.skip("FFmpeg decodes the clip otherwise here, as it does on Arm, by a grey level or two")
    assert digest(crop()) == CROP


def test_the_gate_says_the_same():
    # One step of the int8 output is 1/256; the old runtime may round one step otherwise.
    assert load_classifier("gate").scores(crop())["human"] == pytest.approx(GATE, abs=1.5 / 256)


def test_the_emotion_model_says_the_same():
    scores = load_classifier("emotion").scores(crop())
    assert scores.labels == EMOTIONS
    assert scores.values == pytest.approx(EMOTION, abs=0.03)


if __name__ == "__main__":
    face = crop()
    print(f'DECODED = "{digest(decoded())}"')
    print(f'CROP = "{digest(face)}"')
    print(f"GATE = {load_classifier('gate').scores(face)['human']:.4f}")
    print(f"EMOTION = {tuple(round(value, 4) for value in load_classifier('emotion').scores(face).values)}")
