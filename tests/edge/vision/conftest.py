"""What the tests of the stages share."""

import csv
import lzma
import os
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from edge.contract.classifier import Classifier
from edge.contract.labels import EMOTIONS
from tests import standins

MODELS = Path(__file__).parents[3] / "models"


@pytest.fixture
def draw_face():
    """Draws a face that the cascade finds: side to uint8 (side, side)."""
    return standins.draw_face


@pytest.fixture
def by_brightness():
    return standins.ByBrightness


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
