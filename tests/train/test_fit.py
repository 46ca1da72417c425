import csv
import dataclasses
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.__main__ import main
from train.augment import Augmentation
from train.batches import targets_of
from train.datasets.examples import Examples, Splits
from train.datasets.tasks import load
from train.fit import build, check_same_data, fit, recipe_of, start
from train.precision import computing_in
from train.recipes import RECIPES, Recipe, Target
from train.run_folder import RunFolder
from train.scoring import score

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[2]
SHORT = ["--epochs", "3", "--batch", "16", "--precision", "float32", "--seed", "7"]


def history(run: Path) -> list[dict[str, float]]:
    return RunFolder(run).history()


def command(data: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "train", "fit", "gate", "--data", str(data), *options]


def killed_after_an_epoch(run: Path, data: Path, backend: str = keras.config.backend()) -> None:
    """Starts a training as a user does, and takes its power away as soon as one epoch is done."""
    environment = {**os.environ, "KERAS_BACKEND": backend}
    with (
        (run.parent / "killed.txt").open("w") as said,
        subprocess.Popen(
            command(data, "--out", str(run), *SHORT), cwd=ROOT, env=environment, stdout=said, stderr=said
        ) as it,
    ):
        try:
            deadline = time.monotonic() + 120
            while not history(run) and it.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
        finally:
            it.send_signal(signal.SIGKILL)
    assert it.returncode == -signal.SIGKILL, (run.parent / "killed.txt").read_text()


@pytest.fixture(scope="module")
def trained(class_folder, tmp_path_factory) -> dict[str, Path]:
    """The same training twice: unbroken, and killed and resumed."""
    folder = tmp_path_factory.mktemp("runs")
    runs = {"unbroken": folder / "unbroken", "broken": folder / "broken"}
    killed_after_an_epoch(runs["broken"], class_folder)
    assert 1 <= len(history(runs["broken"])) < 3
    assert not RunFolder(runs["broken"]).model.exists()
    assert main(["fit", "gate", "--resume", str(runs["broken"]), "--data", str(class_folder)]) == 0
    assert main(["fit", "gate", "--data", str(class_folder), "--out", str(runs["unbroken"]), *SHORT]) == 0
    return runs


def test_a_killed_training_ends_as_the_unbroken_one(trained):
    broken, unbroken = history(trained["broken"]), history(trained["unbroken"])
    assert [row["epoch"] for row in broken] == [row["epoch"] for row in unbroken] == [1, 2, 3]
    for one, other in zip(broken, unbroken, strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    weights = [keras.models.load_model(RunFolder(path).checkpoint(3)).get_weights() for path in trained.values()]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_on_torch_too(class_folder, tmp_path):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    broken, unbroken = tmp_path / "broken", tmp_path / "unbroken"
    killed_after_an_epoch(broken, class_folder, "torch")
    assert 1 <= len(history(broken)) < 3
    for options in (["--resume", str(broken)], ["--out", str(unbroken), *SHORT]):
        environment = {**os.environ, "KERAS_BACKEND": "torch"}
        done = subprocess.run(
            command(class_folder, *options), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
    for one, other in zip(history(broken), history(unbroken), strict=True):
        assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.parametrize("name", ["broken", "unbroken"])
class TestRun:
    def test_it_has_everything_that_is_needed_later(self, trained, name):
        found = {path.name for path in trained[name].iterdir()}
        assert found >= {"config.json", "history.csv", "metrics.json", "model.keras", "curves.png", "confusion.png"}
        with (trained[name] / "history.csv").open() as file:
            assert next(csv.DictReader(file)).keys() == {
                "epoch",
                "loss",
                "top1",
                "val_top1",
                "val_top3",
                "val_macro_f1",
            }

    def test_it_says_what_decided_its_result(self, trained, class_folder, name):
        config = RunFolder(trained[name]).config()
        splits = load("gate", class_folder, 7)
        assert (config["recipe"], config["task"], config["seed"]) == ("gate", "gate", 7)
        assert config["labels"] == ["other", "human"]
        assert config["settings"]["epochs"] == 3
        assert config["settings"]["batch"] == 16
        assert config["data"]["sizes"] == [64, 8, 8]
        assert config["data"]["sha256"] == [part.digest for part in (splits.train, splits.validation, splits.test)]
        assert config["data"]["path"] == str(class_folder)
        assert re.fullmatch(r"[0-9a-f]{40}\+?|unknown", config["revision"])
        assert config["command"].startswith("python -m train fit gate --data ")
        assert config["versions"]["keras"] == keras.version()

    def test_its_figures_are_those_of_the_kept_model(self, trained, class_folder, name):
        metrics = json.loads((trained[name] / "metrics.json").read_text())
        rows = history(trained[name])
        best = max(rows, key=lambda row: row["val_top1"])
        assert metrics["best_epoch"] == best["epoch"]
        splits = load("gate", class_folder, 7)
        model = keras.models.load_model(RunFolder(trained[name]).model)
        for part, split in (("validation", splits.validation), ("test", splits.test)):
            found = score(model, split, "probabilities").argmax(axis=1) == split.labels
            assert metrics["sets"][f"{part}, original labels"]["top1"] == pytest.approx(found.mean())
            assert metrics["sets"][f"{part}, original labels"]["images"] == 8
        assert metrics["sets"]["validation, original labels"]["top1"] == pytest.approx(best["val_top1"], abs=1e-5)
        assert metrics["parameters"] == model.count_params()

    def test_its_model_is_float32_with_named_outputs(self, trained, name):
        model = keras.models.load_model(RunFolder(trained[name]).model)
        assert list(model.output) == ["probabilities"]
        assert all(layer.compute_dtype == "float32" for layer in model.layers)

    def test_its_recipe_is_read_back(self, trained, name):
        expected = dataclasses.replace(RECIPES["gate"], epochs=3, batch=16, precision="float32")
        assert recipe_of(RunFolder.open(trained[name])) == expected

    def test_resuming_a_finished_run_changes_nothing(self, trained, class_folder, name):
        before = (trained[name] / "history.csv").read_bytes(), (trained[name] / "metrics.json").read_bytes()
        assert main(["fit", "gate", "--resume", str(trained[name]), "--data", str(class_folder)]) == 0
        after = (trained[name] / "history.csv").read_bytes(), (trained[name] / "metrics.json").read_bytes()
        assert after == before


def one_sided(count: int = 48) -> Examples:
    """Bright pictures are of label 3, dark ones of label 6; everybody voted so."""
    labels = np.where(np.arange(count) % 2, 3, 6)
    rng = np.random.default_rng(1)
    pixels = (rng.integers(0, 40, (count, 48, 48)) + np.where(labels == 3, 200, 10)[:, None, None]).astype(np.uint8)
    return Examples(pixels, labels, np.eye(7, dtype=np.float32)[labels])


def test_it_learns_and_keeps_all_heads_and_the_embedding(tmp_path):
    """Two targets at once, one of them votes, on a small net: what is easy is learned in a few epochs."""
    small = dataclasses.replace(
        RECIPES["gate"],
        task="emotion",
        targets=(Target("logits", learns="votes"), Target("logits_fer2013")),
        embedding=True,
        options={"stages": ((32, 1), (64, 1), (96, 1))},
        epochs=6,
        batch=8,
        balance=0.3,
        relax=0,
        refine=0.5,
        refine_every=2,
        precision="float32",
        augmentation=RECIPES["emotion"].augmentation,
    )
    splits = Splits(one_sided(), one_sided(16), one_sided(16))
    run = start("small", small, splits, tmp_path / "run", 1, tmp_path)
    assert check_same_data(run, splits)
    assert not check_same_data(run, dataclasses.replace(splits, test=one_sided(14)))
    otherwise = dataclasses.replace(splits.train, votes=splits.train.votes[:, ::-1])
    assert not check_same_data(run, dataclasses.replace(splits, train=otherwise))
    figures = fit(run, splits)
    assert {title: marks["top1"] for title, marks in figures["sets"].items()} == {
        "validation, clear majority of FER+ votes": 1,
        "test, clear majority of FER+ votes": 1,
        "validation, original labels": 1,
        "test, original labels": 1,
    }
    model = keras.models.load_model(run.model)
    assert set(model.output) == {"logits", "logits_fer2013", "embedding"}
    assert (score(model, splits.test, "logits_fer2013").argmax(axis=1) == splits.test.labels).all()
    assert score(model, splits.test, "embedding").shape == (16, 96)
    rows = run.history()
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_the_seed_decides_the_first_weights():
    def weights(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return build(RECIPES["gate"], 2, "float32").get_weights()

    for one, again in zip(weights(1), weights(1), strict=True):
        np.testing.assert_array_equal(one, again)
    assert any((one != other).any() for one, other in zip(weights(1), weights(2), strict=True))


def test_score_asks_for_pixels_as_they_are():
    model = keras.Sequential(
        [keras.Input((48, 48, 1)), keras.layers.Rescaling(1.0), keras.layers.GlobalAveragePooling2D()]
    )
    named = keras.Model(model.inputs, {"mean": model.outputs[0]})
    examples = one_sided(6)
    found = score(named, examples, "mean")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, 0], examples.pixels.mean(axis=(1, 2)), rtol=1e-5)
    assert targets_of(examples, Target("x"), 7).shape == (6, 7)


@pytest.fixture
def small() -> Recipe:
    """A net and data that are over in no time; two epochs of three steps."""
    return dataclasses.replace(
        RECIPES["gate"],
        task="emotion",
        options={"stages": ((8, 1), (8, 1)), "stem": 4},
        epochs=2,
        batch=16,
        balance=0,
        augmentation=Augmentation(),
    )


def stopped_after_an_epoch(recipe: Recipe, splits: Splits, path: Path, monkeypatch) -> RunFolder:
    """A run whose power goes as soon as one epoch is done."""
    run = start("small", recipe, splits, path, 1, path)
    finish = RunFolder.finish_epoch

    def stop(self: RunFolder, *arguments: Any) -> None:
        finish(self, *arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "finish_epoch", stop)
        with pytest.raises(KeyboardInterrupt):
            fit(run, splits)
    assert len(run.history()) == 1
    return run


def test_in_half_precision_a_resumed_optimizer_goes_on_where_it_stood(small, tmp_path, monkeypatch):
    recipe = dataclasses.replace(small, precision="mixed_float16")
    splits = Splits(one_sided(), one_sided(16), one_sided(16))
    run = stopped_after_an_epoch(recipe, splits, tmp_path / "run", monkeypatch)
    fit(run, splits)
    with computing_in("mixed_float16"):
        optimizer = keras.models.load_model(run.checkpoint(2)).optimizer
    assert int(optimizer.iterations) == 2 * 3
    assert float(optimizer.dynamic_scale) == optimizer.initial_scale
    assert int(optimizer.step_counter) == 2 * 3, "none of the steps overflowed, so each is counted"


def test_weights_that_are_not_decayed_are_the_same_after_loading(small, tmp_path, monkeypatch):
    seen: list[dict[str, bool]] = []

    def watch(model: keras.Model, *_: object, **__: object) -> None:
        inner = model.optimizer.inner_optimizer
        seen.append({variable.path: inner._use_weight_decay(variable) for variable in model.trainable_variables})
        raise KeyboardInterrupt

    recipe = dataclasses.replace(small, precision="mixed_float16")
    splits = Splits(one_sided(), one_sided(16), one_sided(16))
    run = stopped_after_an_epoch(recipe, splits, tmp_path / "run", monkeypatch)
    new = start("small", recipe, splits, tmp_path / "new", 1, tmp_path)
    monkeypatch.setattr(keras.Model, "fit", watch)
    for one in (run, new):
        with pytest.raises(KeyboardInterrupt):
            fit(one, splits)
    resumed, fresh = seen
    assert set(fresh.values()) == {True, False}
    assert list(resumed.values()) == list(fresh.values())


def test_an_optimizer_that_cannot_go_on_is_refused(small, tmp_path, monkeypatch):
    """A checkpoint without the loss scale."""
    recipe = dataclasses.replace(small, precision="float32")
    splits = Splits(one_sided(), one_sided(16), one_sided(16))
    run = stopped_after_an_epoch(recipe, splits, tmp_path / "run", monkeypatch)
    config = run.config()
    config["settings"]["precision"] = "mixed_float16"
    (run.path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"epoch-001\.keras: its optimizer's state is not that of a training in mixed"):
        fit(run, splits)
    assert keras.config.dtype_policy().name == "float32"
