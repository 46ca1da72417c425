"""What trained networks say of the training pictures becomes part of what a new one learns."""

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
from train.evaluate import Candidate
from train.recipes import RECIPES, Recipe, Target

pytestmark = pytest.mark.train

MODELS = Path(__file__).parents[2] / "models"


def examples() -> Examples:
    rng = np.random.default_rng(1)
    return Examples(rng.integers(0, 256, (8, 48, 48), dtype=np.uint8), np.arange(8) % 2)


def recipe(name: str = "gate", **changes) -> Recipe:
    plain = dataclasses.replace(RECIPES[name], balance=0, batch=4, precision="float32", augmentation=Augmentation())
    return dataclasses.replace(plain, **changes)


@pytest.fixture
def begun(tmp_path):
    """Makes a run that has teachers."""
    from train.fit import start

    def make(teachers: list[Path], name: str = "gate", **changes):
        splits = Splits(examples(), examples(), examples())
        return start(name, recipe(name, **changes), splits, tmp_path / "run", 1, tmp_path, teachers=teachers), splits

    return make


@pytest.fixture
def answering(monkeypatch):
    """Lets files by these names answer the same of every picture."""

    def give(**answers: tuple[tuple[str, ...], list[float]]) -> None:
        def load(path: Path, task: str | None = None) -> Candidate:
            labels, said = answers[path.stem]

            def scorer(asked: Examples, output: str) -> np.ndarray:
                return np.tile(np.array(said), (len(asked), 1))

            return Candidate(task or "", labels, (Target("probabilities", softmax=True),), scorer, {})

        monkeypatch.setattr("train.teaching.load_candidate", load)

    return give


def file(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(name.encode())
    return path


def test_each_picture_and_its_mirror_image_is_asked_about(begun):
    from train.evaluate import load_candidate
    from train.teaching import ask_teachers

    run, splits = begun([MODELS / "gate.tflite"])
    found = ask_teachers(run, recipe(), splits.train)["probabilities"]
    scorer = load_candidate(MODELS / "gate.tflite").scorer
    mirrored = dataclasses.replace(splits.train, pixels=np.ascontiguousarray(splits.train.pixels[:, :, ::-1]))
    both = scorer(splits.train, "probabilities"), scorer(mirrored, "probabilities")
    assert (both[0] != both[1]).any()
    np.testing.assert_allclose(found, np.mean(both, axis=0), atol=1e-6)
    assert found.dtype == np.float32


def test_teachers_count_alike_and_their_labels_by_name(begun, answering, tmp_path):
    from train.teaching import ask_teachers

    answering(one=(("other", "human"), [0.2, 0.8]), two=(("human", "other"), [0.4, 0.6]))
    run, splits = begun([file(tmp_path, "one.keras"), file(tmp_path, "two.keras")])
    found = ask_teachers(run, recipe(), splits.train)["probabilities"]
    np.testing.assert_allclose(found, np.tile([0.4, 0.6], (8, 1)), atol=1e-6)


def test_a_temperature_is_undone(begun):
    """It was fitted for the likeliest label alone, and would sharpen what the votes say."""
    from train.teaching import ask_teachers

    run, splits = begun([MODELS / "emotion.tflite"], "emotion")
    found = ask_teachers(run, recipe("emotion"), splits.train)
    model = Model.load(MODELS / "emotion.tflite")
    assert model.manifest.temperature < 0.9
    for output in ("logits", "logits_fer2013"):
        raw = []
        for pixels in (splits.train.pixels[0], splits.train.pixels[0, :, ::-1]):
            model.feed(np.ascontiguousarray(pixels))
            model.invoke()
            raw.append(softmax(model.read(output)))
        np.testing.assert_allclose(found[output][0], np.mean(raw, axis=0), atol=1e-6)


def rows(batches: Batches) -> set[tuple[float, ...]]:
    return {tuple(round(value, 3) for value in row) for row in batches[0][1]["probabilities"].tolist()}


def test_a_share_of_the_targets_is_theirs():
    batches = Batches(examples(), recipe(), 2, seed=1)
    batches.teach({"probabilities": np.tile(np.float32([1, 0]), (8, 1))}, 0.8)
    assert rows(batches) == {(1.0, 0.0), (0.8, 0.2)}
    batches.refine({"probabilities": np.tile(np.float32([0, 1]), (8, 1))}, 0.5)  # on top of it
    assert rows(batches) == {(0.5, 0.5), (0.4, 0.6)}


def test_what_is_drawn_how_often_goes_by_the_labels():
    rare = dataclasses.replace(examples(), labels=np.array([0, 0, 0, 0, 0, 0, 0, 1]))
    plain, taught = (Batches(rare, recipe(balance=1.0), 2, seed=1) for _ in range(2))
    taught.teach({"probabilities": np.full((8, 2), 0.5, np.float32)}, 1.0)
    for batches in (plain, taught):
        batches.on_epoch_end()
    np.testing.assert_array_equal(plain[0][0], taught[0][0])


def test_a_training_learns_from_them_and_is_resumed_without_their_files(begun, tmp_path, monkeypatch):
    from train.fit import fit

    seen = []

    class Watcher(Batches):
        def on_epoch_end(self) -> None:
            seen.append(self._targets["probabilities"].copy())
            super().on_epoch_end()

    monkeypatch.setattr("train.fit.Batches", Watcher)
    for suffix in (".tflite", ".json"):
        shutil.copy(MODELS / f"gate{suffix}", tmp_path / f"teacher{suffix}")
    run, splits = begun([tmp_path / "teacher.tflite"], epochs=2, distill=0.5, refine=0.2, refine_every=1)
    config = json.loads((run.path / "config.json").read_text())
    assert [Path(one["file"]).name for one in config["teachers"]] == ["teacher.tflite"]
    assert len(config["teachers"][0]["sha256"]) == 64
    fit(run, splits, chosen=("validation",))
    (tmp_path / "teacher.tflite").unlink()
    run.metrics.unlink()
    fit(run, splits, chosen=("validation",))
    own = np.eye(2)[splits.train.labels]
    expected = (own + run.load_answers(0)["probabilities"]) / 2
    np.testing.assert_allclose(seen[0], expected, atol=1e-6)
    np.testing.assert_allclose(seen[-1], 0.9 * expected + 0.1 * run.load_answers(1)["probabilities"], atol=1e-6)


def test_another_file_in_a_teacher_s_place_is_refused(begun, answering, tmp_path):
    from train.teaching import ask_teachers

    answering(one=(("other", "human"), [0.2, 0.8]))
    path = file(tmp_path, "one.keras")
    run, splits = begun([path])
    path.write_bytes(b"another")
    with pytest.raises(InputError, match="no longer the files"):
        ask_teachers(run, recipe(), splits.train)


def test_what_cannot_teach_is_refused_before_a_folder_is_made(begun, answering, tmp_path):
    with pytest.raises(InputError, match=r"gone\.keras: no such file"):
        begun([tmp_path / "gone.keras"])
    with pytest.raises(InputError, match=r"gate\.tflite: knows other, human, and cannot teach angry"):
        begun([MODELS / "gate.tflite"], "emotion")
    answering(one=(tuple(sorted(("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"))), [1 / 7] * 7))
    with pytest.raises(InputError, match=r"one\.keras: has no output that learned votes, as logits shall"):
        begun([file(tmp_path, "one.keras")], "emotion")
    assert not (tmp_path / "run").exists()
