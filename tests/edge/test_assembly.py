"""Assembly: where the models lie, what is said when they do not, and a pipeline that works."""

import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from edge.assembly import load_classifier, load_pipeline
from edge.contract.errors import ConfigurationError, ModelError
from edge.contract.records import Frame
from edge.interface import Pipeline
from edge.service.configuration import Camera
from tests.closed import closed_folder

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shipped() -> Path:
    missing = [name for name in ("emotion.tflite", "gate.tflite") if not (ROOT / "models" / name).is_file()]
    if missing:
        pytest.skip(f"models/{missing[0]} is not there")
    return ROOT / "models"


def test_a_missing_model_is_named_with_the_commands_that_make_it(tmp_path):
    with pytest.raises(ModelError) as caught:
        load_pipeline(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'emotion.tflite'}: ")
    assert "python -m train fit emotion" in message
    assert f"python -m convert runs/emotion/model.keras --out {tmp_path / 'emotion.tflite'}" in message
    assert "\n" not in message
    assert caught.value.exit_code == 78


def test_a_model_without_its_manifest_is_refused(tmp_path):
    (tmp_path / "emotion.tflite").write_bytes(b"TFL3")
    with pytest.raises(ModelError, match="manifest"):
        load_pipeline(tmp_path)


def test_a_model_of_another_task_is_refused(shipped, tmp_path):
    for suffix in (".tflite", ".json"):
        shutil.copy(shipped / f"gate{suffix}", tmp_path / f"emotion{suffix}")
    with pytest.raises(ModelError, match="task gate, expected emotion"):
        load_classifier("emotion", tmp_path)


def test_a_changed_model_is_refused(shipped, tmp_path):
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    data = bytearray((tmp_path / "gate.tflite").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "gate.tflite").write_bytes(data)
    with pytest.raises(ModelError, match="sha256"):
        load_pipeline(tmp_path)


def test_the_shipped_models_make_a_pipeline(shipped):
    pipeline = load_pipeline()
    assert [(model.name, model.task) for model in pipeline.models] == [("emotion", "emotion"), ("gate", "gate")]
    for model in pipeline.models:
        assert model.sha256 == sha256((shipped / f"{model.name}.tflite").read_bytes()).hexdigest()
    noise = np.random.default_rng(0).integers(0, 256, (240, 320), np.uint8)
    analysis = pipeline.analyze(Frame(0, 0.0, 0.0, noise))
    assert (analysis.observations, analysis.episodes) == ((), ())
    assert pipeline.whole(noise[:48, :48]).rejected


@pytest.mark.parametrize(
    ("text", "width", "search_width"),
    [
        (Camera.__annotations__["smallest_face"].__metadata__[0].text, 640, 320),
        (load_pipeline.__doc__, 640, 320),
        (Pipeline.load.__doc__, 1280, 640),
    ],
)
def test_who_asks_for_smaller_faces_is_told_where_that_ends(shipped, text, width, search_width):
    def smallest_window(smallest: int) -> int:
        detector = load_pipeline(smallest=smallest, search_width=search_width).search._detector
        return detector.reduce(np.zeros((width // 2, width), np.uint8))._smallest

    least = width * 25 // search_width
    assert f"{least} of {width} at {search_width}" in text
    assert smallest_window(20) == smallest_window(least) < smallest_window(least + 10)


def test_thresholds_of_the_users_replace_the_manifests(shipped):
    pipeline = load_pipeline(gate_threshold=0.9, emotion_threshold=0.2)
    assert [model.threshold for model in pipeline.models] == [0.2, 0.9]
    assert pipeline.threshold == 0.2


def test_a_missing_cascade_is_refused(shipped, tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.xml"):
        load_pipeline(cascade=tmp_path / "none.xml")


def test_models_that_may_not_be_read_are_refused(tmp_path):
    with (
        closed_folder(tmp_path) as closed,
        pytest.raises(ModelError, match=r"closed/models/emotion\.tflite: cannot be read \(Permission denied\)"),
    ):
        load_pipeline(closed / "models")
