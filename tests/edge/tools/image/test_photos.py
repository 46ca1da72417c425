"""Photos in, JSON lines out, with the shipped models on the demo clip's face."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.assembly import load_pipeline
from edge.capture.demo import open_demo
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.pipeline import Pipeline
from edge.tools.image.photos import as_json, find_photos, look_at, read


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_pipeline(search_width=1280, smallest=50)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """A frame of the demo clip in which the face looks into the camera."""
    with open_demo() as source:
        return next(iter(source)).grey


def look(pipeline: Pipeline, path: Path, picture: np.ndarray, whole: bool = False) -> dict:
    assert cv2.imwrite(str(path), picture)
    return json.loads(as_json(look_at(pipeline, path, read(path), whole), pipeline.threshold))


def test_a_photo_with_a_face(pipeline, tmp_path, scene):
    found = look(pipeline, tmp_path / "a.png", scene)
    assert (found["width"], found["height"], found["whole"]) == (640, 480, False)
    (face,) = found["faces"]
    assert face["human"] is True
    assert face["emotion"] == "happy"
    assert set(face["probabilities"]) == set(EMOTIONS)
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert face["confidence"] == max(face["probabilities"].values())


def test_several_faces_in_one_photo(pipeline, tmp_path, scene):
    found = look(pipeline, tmp_path / "a.png", np.hstack([scene, cv2.flip(scene, 1)]))
    humans = [face for face in found["faces"] if face["human"]]
    assert len(humans) == 2
    assert [face["emotion"] for face in humans] == ["happy", "happy"]


def test_a_small_picture_is_the_face_as_a_whole(pipeline, tmp_path, scene):
    x, y, width, height = look(pipeline, tmp_path / "a.png", scene)["faces"][0]["box"]
    small = cv2.resize(scene[y : y + height, x : x + width], (48, 48), interpolation=cv2.INTER_AREA)
    found = look(pipeline, tmp_path / "b.png", small)
    assert found["whole"] is True
    assert found["faces"][0]["box"] == [0, 0, 48, 48]
    assert found["faces"][0]["emotion"] == "happy"


def test_the_gate_keeps_other_things_from_the_emotion_model(pipeline, tmp_path):
    noise = np.random.default_rng(3).integers(0, 256, (300, 300), np.uint8)
    (face,) = look(pipeline, tmp_path / "a.png", noise, whole=True)["faces"]
    assert face["human"] is False
    assert face["gate"] < 0.5
    assert (face["emotion"], face["confidence"], face["probabilities"]) == (None, None, None)


def test_a_photo_without_a_face_has_none(pipeline, tmp_path):
    assert look(pipeline, tmp_path / "a.png", np.full((200, 300), 128, np.uint8))["faces"] == []


def test_colour_and_grey_photos_say_nearly_the_same(pipeline, tmp_path, scene):
    grey = look(pipeline, tmp_path / "a.png", scene)
    colour = look(pipeline, tmp_path / "b.png", cv2.cvtColor(scene, cv2.COLOR_GRAY2BGRA))
    assert colour["faces"] == grey["faces"]


def test_folders_are_searched_in_order_of_names(tmp_path):
    for name in ("b.png", "a.jpg", ".hidden.png", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "deeper").mkdir()
    assert find_photos(tmp_path) == [tmp_path / "a.jpg", tmp_path / "b.png"]
    assert find_photos(Path("c.png")) == [Path("c.png")]


def test_a_folder_without_photos_is_refused(tmp_path):
    with pytest.raises(InputError, match="no photos"):
        find_photos(tmp_path)


def test_a_folder_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    def refuse(_: Path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)  # root may read anything
    with pytest.raises(InputError, match="Permission denied"):
        find_photos(tmp_path)
