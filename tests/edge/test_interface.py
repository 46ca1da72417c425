"""The interface for other programs: three lines that work, and an import that costs nothing."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import edge
from edge import EdgeError, ObservedFace, Pipeline, assembly
from edge.capture.demo import open_demo
from edge.contract.errors import ConfigurationError
from edge.contract.labels import EMOTIONS
from edge.contract.profile import Profile, save_profile
from edge.service.configuration import Configuration

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.load()


@pytest.fixture(scope="module")
def film() -> list[np.ndarray]:
    """The first two seconds of the demo clip, 15 frames a second."""
    with open_demo() as source:
        return [frame.grey for _, frame in zip(range(30), source, strict=False)]


def test_importing_it_is_light():
    code = "import sys, edge; print(sorted({'cv2', 'numpy', 'ai_edge_litert'} & set(sys.modules)), edge.__version__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"[] {edge.__version__}"


def test_names_that_are_not_there():
    with pytest.raises(AttributeError, match="module 'edge' has no attribute 'Pipelines'"):
        edge.Pipelines  # noqa: B018
    assert all(hasattr(edge, name) for name in edge.__all__)


def test_a_single_picture(pipeline, film):
    (face,) = pipeline.analyze(film[0])
    assert isinstance(face, ObservedFace)
    assert face.emotion == "happy"
    assert face.confidence == max(face.probabilities.values()) > 0.9
    assert set(face.probabilities) == set(pipeline.labels) == set(EMOTIONS)
    assert sum(face.probabilities.values()) == pytest.approx(1)
    assert face.gate > 0.9
    assert face.track is None
    assert 0 <= face.box.x < face.box.x + face.box.width <= 640


def test_colour_and_grey_are_the_same(pipeline, film):
    grey = film[0]
    assert pipeline.analyze(np.dstack([grey] * 3)) == pipeline.analyze(grey)


def test_a_picture_without_a_face(pipeline):
    assert pipeline.analyze(np.full((240, 320), 128, np.uint8)) == ()


def test_a_stream_is_followed_and_a_picture_in_between_does_not_disturb_it(pipeline, film):
    pipeline.finish()
    seen = [pipeline.process(frame, number / 15) for number, frame in enumerate(film)]
    assert seen[0] == (), "one frame does not make a face"
    (last,) = seen[-1]
    assert last.emotion == "happy"
    pipeline.analyze(np.full((60, 80), 128, np.uint8))
    (then,) = pipeline.process(film[-1], 2.0)
    assert then.track == last.track is not None
    pipeline.finish()
    assert pipeline.process(film[0], 2.1) == (), "a new stream begins anew"


def test_it_tells_how_to_search_as_the_commands_do(monkeypatch):
    asked = {}
    monkeypatch.setattr(assembly, "load_pipeline", lambda *_, **settings: asked.update(settings))
    assembly.load_photo_pipeline()
    run = Configuration()
    text = " ".join(Pipeline.__doc__.split())
    assert f"`search_width={asked['search_width']}, smallest={asked['smallest']}` as `image` does" in text
    assert f"`search_width={run.vision.search_width}, smallest={run.camera.smallest_face}` searches as `run`" in text


@pytest.mark.parametrize("apart", [1.01, 30.0])
def test_a_stream_of_few_frames_is_followed_too(pipeline, film, apart):
    pipeline.finish()
    seen = [pipeline.process(frame, number * apart) for number, frame in enumerate(film[:5])]
    assert [len(faces) for faces in seen] == [0, 0, 1, 1, 1]
    assert len({face.track for faces in seen for face in faces}) == 1


@pytest.mark.parametrize(
    "frame",
    [np.zeros((0, 4), np.uint8), np.zeros((9, 9), np.float32), np.zeros((9, 9, 2), np.uint8), [[1, 2]], None, "a.png"],
    ids=["empty", "float", "two channels", "list", "none", "text"],
)
def test_what_is_no_picture_is_refused_in_one_line(pipeline, frame):
    for look in (pipeline.analyze, lambda wrong: pipeline.process(wrong, 0.0)):
        with pytest.raises(EdgeError, match="not a picture") as caught:
            look(frame)
        assert "\n" not in str(caught.value)


def test_settings_are_heeded(film, tmp_path):
    manifest = json.loads((ROOT / "models" / "emotion.json").read_text())
    offsets = np.where([label == "sad" for label in manifest["labels"]], 50.0, 0.0)
    save_profile(Profile(manifest["sha256"], tuple(manifest["labels"]), offsets), tmp_path / "me.json")
    (face,) = Pipeline.load(profile=str(tmp_path / "me.json")).analyze(film[0])
    assert face.emotion == "sad"
    with pytest.raises(EdgeError, match=r"nowhere\.json"):
        Pipeline.load(profile="nowhere.json")
    with pytest.raises(EdgeError, match=r"emotion\.tflite"):
        Pipeline.load(str(tmp_path))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"search_width": 0}, "search_width: 0 is out of range: 64 to 8192 pixels"),
        ({"search_width": -5}, "search_width: -5 is out of range: 64 to 8192 pixels"),
        ({"smallest": -9}, "smallest: -9 is out of range: 20 to 4096 pixels"),
        ({"threshold": 7.0}, "threshold: 7.0 is out of range: 0 to 1"),
        ({"threshold": float("nan")}, "threshold: nan is out of range: 0 to 1"),
        ({"threads": 0}, "threads: 0 is out of range: 1 to 64 cores"),
    ],
)
def test_a_number_out_of_range_is_refused_in_one_line(setting, said):
    with pytest.raises(ConfigurationError) as caught:
        Pipeline.load(**setting)
    assert str(caught.value) == said


def test_the_ends_of_the_ranges_are_taken(film):
    for threshold in (0.0, 1.0):
        faces = Pipeline.load(search_width=8192, smallest=20, threshold=threshold).analyze(film[0])
        assert {face.emotion for face in faces} <= set(EMOTIONS) | {"uncertain"}
    assert Pipeline.load(search_width=64, smallest=4096).analyze(film[0]) == ()


def test_what_is_seen_does_not_change(pipeline, film):
    (face,) = pipeline.analyze(film[0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        face.emotion = "sad"
