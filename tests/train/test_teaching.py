"""What converted networks say of each batch becomes part of what a new one learns from it."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from edge.contract.classifier import softmax
from edge.contract.errors import InputError
from edge.contract.interpreter import Model
from train.augment import Augmentation
from train.batches import Batches
from train.datasets.examples import Examples, Splits
from train.mixing import Mixture
from train.recipes import RECIPES, Recipe
from train.run_folder import RunFolder
from train.teaching import Teachers

pytestmark = pytest.mark.train

MODELS = Path(__file__).parents[2] / "models"
FIRST, SECOND = (MODELS / "teachers" / name for name in ("first.tflite", "second.tflite"))


def examples(count: int = 8) -> Examples:
    rng = np.random.default_rng(1)
    return Examples(rng.integers(0, 256, (count, 48, 48), dtype=np.uint8), np.arange(count) % 2)


def recipe(name: str = "emotion-narrow", **changes) -> Recipe:
    plain = {"balance": 0, "batch": 4, "precision": "float32", "augmentation": Augmentation(), "mixup": 0.0}
    return dataclasses.replace(RECIPES[name], **(plain | changes))


def said(path: Path, pixels: np.ndarray, output: str) -> np.ndarray:
    """Each picture by itself, at temperature 1: that of the manifest would sharpen what the votes say."""
    model = Model.load(path)
    assert model.manifest.temperature < 0.9
    return np.stack([softmax(model.run(face)[output]) for face in np.rint(pixels).astype(np.uint8)])


def test_they_answer_in_turn():
    teachers = Teachers([FIRST, SECOND], recipe())
    pixels = examples().pixels.astype(np.float32)
    for turn, path in enumerate((FIRST, SECOND, FIRST)):
        found = teachers.answers(pixels, turn)
        assert set(found) == {"logits", "logits_fer2013"}
        for output, answers in found.items():
            np.testing.assert_allclose(answers, said(path, pixels, output), atol=1e-6)
            assert answers.dtype == np.float32


@pytest.mark.parametrize("count", [1, 2, 3])
def test_however_few_pictures_there_are(count):
    pixels = examples(count).pixels.astype(np.float32)
    found = Teachers([FIRST], recipe()).answers(pixels, 0)["logits"]
    np.testing.assert_allclose(found, said(FIRST, pixels, "logits"), atol=1e-6)


def test_labels_go_by_name_and_pictures_by_the_teacher_s_size(tmp_path):
    shutil.copy(FIRST, tmp_path / "other.tflite")
    manifest = json.loads(FIRST.with_suffix(".json").read_text())
    manifest["labels"] = manifest["labels"][::-1]
    (tmp_path / "other.json").write_text(json.dumps(manifest))
    pixels = examples().pixels.astype(np.float32)
    straight, reversed_ = (Teachers([path], recipe()).answers(pixels, 0) for path in (FIRST, tmp_path / "other.tflite"))
    np.testing.assert_array_equal(straight["logits"], reversed_["logits"][:, ::-1])
    large = np.kron(pixels, np.ones((2, 2), np.float32))
    np.testing.assert_allclose(Teachers([FIRST], recipe()).answers(large, 0)["logits"], straight["logits"], atol=1e-6)


def test_a_share_of_the_targets_is_theirs_and_they_see_what_the_network_sees():
    changed = recipe(augmentation=Augmentation(shift=0.2, light=0.3, flip=0.5), distill=0.75)
    taught, plain = (Batches(examples(), changed, 7, seed=1) for _ in range(2))
    taught.teach(Teachers([FIRST, SECOND], changed))
    for step, path in enumerate((FIRST, SECOND)):
        (pixels, targets), (same, own) = taught[step], plain[step]
        np.testing.assert_array_equal(pixels, same)
        assert (pixels[..., 0] != examples().pixels[:4]).any()
        for output in own:
            expected = 0.25 * own[output] + 0.75 * said(path, pixels[..., 0], output)
            np.testing.assert_allclose(targets[output], expected, atol=1e-5)
            assert targets[output].dtype == np.float32


def test_pictures_that_are_mixed_are_asked_about_as_they_are(monkeypatch):
    half = Mixture(np.full(4, 0.5, np.float32), np.array([1, 0, 3, 2]))
    monkeypatch.setattr(Mixture, "draw", lambda *_: half)
    mixed = recipe(mixup=0.2, distill=1.0)
    batches = Batches(examples(), mixed, 7, seed=1)
    batches.teach(Teachers([FIRST], mixed))
    pixels, targets = batches[0]
    np.testing.assert_array_equal(pixels[0], pixels[1])
    np.testing.assert_allclose(targets["logits"], said(FIRST, pixels[..., 0], "logits"), atol=1e-5)


def test_own_answers_go_beneath_theirs():
    shared = recipe(distill=0.5)
    batches = Batches(examples(), shared, 7, seed=1)
    batches.teach(Teachers([FIRST], shared))
    own = {output: np.tile(np.eye(7, dtype=np.float32)[2], (8, 1)) for output in ("logits", "logits_fer2013")}
    batches.refine(own, 1.0)
    pixels, targets = batches[0]
    expected = (own["logits"][:4] + said(FIRST, pixels[..., 0], "logits")) / 2
    np.testing.assert_allclose(targets["logits"], expected, atol=1e-5)


def test_what_is_drawn_how_often_goes_by_the_labels():
    rare = dataclasses.replace(examples(), labels=np.array([0, 0, 0, 0, 0, 0, 0, 1]))
    even = recipe(balance=1.0)
    plain, taught = (Batches(rare, even, 7, seed=1) for _ in range(2))
    taught.teach(Teachers([FIRST], even))
    for batches in (plain, taught):
        batches.on_epoch_end()
    np.testing.assert_array_equal(plain[0][0], taught[0][0])


@pytest.fixture
def begun(tmp_path):
    """Makes a run that has teachers."""
    from train.fit import start

    def make(teachers: list[Path], name: str = "gate", **changes):
        splits = Splits(examples(), examples(), examples())
        return start(name, recipe(name, **changes), splits, tmp_path / "run", 1, tmp_path, teachers=teachers), splits

    return make


def copied(folder: Path) -> Path:
    for suffix in (".tflite", ".json"):
        shutil.copy(MODELS / f"gate{suffix}", folder / f"teacher{suffix}")
    return folder / "teacher.tflite"


def test_a_training_learns_from_them_and_goes_on_learning_from_them(begun, tmp_path, monkeypatch):
    from train.fit import fit

    asked = []
    answers, finish = Teachers.answers, RunFolder.finish_epoch

    def watched(self, pixels, turn):
        asked.append(turn)
        return answers(self, pixels, turn)

    def stop(self, *finished):
        finish(self, *finished)
        raise KeyboardInterrupt

    monkeypatch.setattr(Teachers, "answers", watched)
    run, splits = begun([copied(tmp_path)], epochs=2)
    config = json.loads((run.path / "config.json").read_text())
    assert [Path(one["file"]).name for one in config["teachers"]] == ["teacher.tflite"]
    assert len(config["teachers"][0]["sha256"]) == 64
    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "finish_epoch", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(run, splits, chosen=("validation",))
    assert {0, 1} <= set(asked)
    asked.clear()
    fit(run, splits, chosen=("validation",))
    assert {1, 2} <= set(asked)
    assert 0 not in asked
    assert len(run.history()) == 2


def test_another_file_in_a_teacher_s_place_is_refused(begun, tmp_path):
    from train.fit import fit

    path = copied(tmp_path)
    run, splits = begun([path], epochs=2)
    path.write_bytes(b"another")
    with pytest.raises(InputError, match=r"teacher\.tflite: no longer the teacher that the run was started with"):
        fit(run, splits)
    path.unlink()
    with pytest.raises(InputError, match="no longer the teacher"):
        fit(run, splits)


def test_what_cannot_teach_is_refused_before_a_folder_is_made(begun, tmp_path):
    from edge.contract.errors import ModelError

    with pytest.raises(ModelError, match=r"gone\.tflite: no such file"):
        begun([tmp_path / "gone.tflite"])
    with pytest.raises(InputError, match=r"a\.keras: teachers are \.tflite; make one with python -m convert"):
        begun([tmp_path / "a.keras"])
    with pytest.raises(InputError, match=r"gate\.tflite: knows other, human, and cannot teach angry"):
        begun([MODELS / "gate.tflite"], "emotion")
    shutil.copy(FIRST, tmp_path / "one.tflite")
    manifest = json.loads(FIRST.with_suffix(".json").read_text())
    manifest["training"]["settings"]["targets"] = [{"output": "logits_fer2013"}]
    (tmp_path / "one.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"one\.tflite: has no output that learned votes, as logits shall"):
        begun([tmp_path / "one.tflite"], "emotion")
    assert not (tmp_path / "run").exists()
