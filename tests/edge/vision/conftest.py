"""Faces that are drawn, and classifiers that decide by brightness."""

import csv
import lzma
import math
import os
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.classifier import Classifier
from edge.contract.labels import EMOTIONS
from edge.contract.manifest import Input, Manifest, Output
from edge.contract.records import Scores

MODELS = Path(__file__).parents[3] / "models"


def _draw_face(side: int) -> np.ndarray:
    def at(*percent: float) -> tuple[int, ...]:
        return tuple(round(value * side / 100) for value in percent)

    face = np.full((side, side), 90, np.uint8)
    cv2.ellipse(face, at(50, 52), at(38, 50), 0, 0, 360, 190, -1)
    cv2.rectangle(face, at(0, 0), at(100, 12), 70, -1)
    for eye in (32, 68):
        cv2.ellipse(face, at(eye, 38), at(12, 6), 0, 0, 360, 90, -1)
        cv2.ellipse(face, at(eye, 30), at(13, 3), 0, 0, 360, 80, -1)
    cv2.rectangle(face, at(46, 40), at(54, 62), 215, -1)
    cv2.ellipse(face, at(50, 66), at(9, 3), 0, 0, 360, 140, -1)
    cv2.ellipse(face, at(50, 80), at(17, 4), 0, 0, 360, 100, -1)
    return cv2.GaussianBlur(face, (0, 0), side / 60)


class ByBrightness:
    """In place of a TFLite model: two labels, the second the more probable the brighter the face."""

    def __init__(self, task: str, labels: tuple[str, str], threshold: float, size: tuple[int, int] = (48, 48)):
        self.manifest = Manifest(
            task=task,
            sha256="0" * 64,
            labels=labels,
            input=Input(*size, 1, "int8", 1.0, -128),
            outputs={"logits": Output("logits", "logits", 2)},
            scores="logits",
            threshold=threshold,
        )

    def probabilities(self, face: np.ndarray) -> np.ndarray:
        assert face.shape == self.manifest.input.size
        assert face.dtype == np.uint8
        second = 1 / (1 + math.exp((127.5 - face.mean()) / 20))
        return np.array([1 - second, second])

    def scores(self, face: np.ndarray) -> Scores:
        return Scores(self.manifest.labels, tuple(self.probabilities(face).tolist()))


@pytest.fixture
def draw_face():
    """Draws a face that the cascade finds: side to uint8 (side, side)."""
    return _draw_face


@pytest.fixture
def by_brightness():
    return ByBrightness


@pytest.fixture
def shipped():
    """Loads a model that comes with the project, by its task."""

    def load(task: str) -> Classifier:
        if not (MODELS / f"{task}.tflite").is_file():
            pytest.skip(f"models/{task}.tflite is not there")
        return Classifier.load(MODELS / f"{task}.tflite", task)

    return load


@pytest.fixture
def data_folder() -> Path:
    folder = os.environ.get("EMOTION_EDGE_DATA")
    if not folder:
        pytest.skip("EMOTION_EDGE_DATA names no folder with the data sets")
    return Path(folder)


@pytest.fixture(scope="session")
def faces() -> list[tuple[np.ndarray, str]]:
    """The first 200 faces of FER2013 (uint8, 48x48) with their original labels."""
    folder = os.environ.get("EMOTION_EDGE_DATA")
    if not folder:
        pytest.skip("EMOTION_EDGE_DATA names no folder with the data sets")
    with lzma.open(Path(folder) / "fer2013.csv.xz", "rt", newline="") as file:
        rows = list(islice(csv.DictReader(file), 200))
    return [(np.array(row["pixels"].split(), np.uint8).reshape(48, 48), EMOTIONS[int(row["emotion"])]) for row in rows]
