"""Trainings of a step or two, as a user starts them."""

import csv
import json
import shutil
import sys
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from train import fit_command
from train.__main__ import main
from train.balancing import METHODS
from train.batches import Batches
from train.datasets.repeats import among
from train.datasets.tasks import load
from train.fit import recipe_of
from train.inputs import inputs_of
from train.optimization import compile_model
from train.recipes import PUBLISHED, RECIPES, Recipe
from train.run_folder import RunFolder

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    """Seven emotions, each of its own brightness; four times as many pictures of one."""
    folder = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(1)
    for index, label in enumerate(EMOTIONS):
        (folder / label).mkdir()
        for number in range(40 if label == "happy" else 10):
            picture = (rng.integers(0, 20, (48, 48)) + 30 * index).astype(np.uint8)
            cv2.imwrite(str(folder / label / f"{number:02}.png"), picture)
    return folder


@pytest.fixture
def small(monkeypatch) -> Recipe:
    """A recipe of blocks that is over in no time."""
    import dataclasses

    options = {"blocks": 1, "filters": 4, "dense": 8}
    recipe = dataclasses.replace(PUBLISHED["blocks-3"], options=options, epochs=2, batch=32)
    monkeypatch.setitem(RECIPES, "small", recipe)
    return recipe


def test_the_help_names_every_way():
    assert tuple(METHODS) == fit_command._METHODS


def test_balanced_and_with_a_label_dropped(small, faces, tmp_path, capsys):
    run = tmp_path / "run"
    arguments = ["fit", "small", "--data", str(faces), "--balance", "oversample", "--drop-class", "disgust"]
    assert main([*arguments, "--out", str(run)]) == 0
    folder = RunFolder(run)
    config, figures = folder.config(), json.loads(folder.metrics.read_text())
    assert config["labels"] == [label for label in EMOTIONS if label != "disgust"]
    assert config["settings"]["balancing"]["method"] == "oversample"
    assert config["settings"]["drop"] == ["disgust"]
    assert recipe_of(folder).drop == ("disgust",)
    assert figures["trained_on"] == dict.fromkeys(config["labels"], 32)
    assert all(list(measured["recall"]) == config["labels"] for measured in figures["sets"].values())
    model = keras.models.load_model(folder.model)
    assert model.output["probabilities"].shape == (None, 6)

    capsys.readouterr()
    assert main(["evaluate", str(folder.model), "--data", str(faces), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == figures["sets"]

    before = folder.metrics.read_bytes()
    assert main(["fit", "small", "--resume", str(run), "--data", str(faces)]) == 0
    assert folder.metrics.read_bytes() == before


def test_without_the_pictures_that_are_measured_on(small, faces, tmp_path, capsys):
    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(faces, data / "train")
    for label in EMOTIONS:
        for number, part in enumerate(("validation", "test")):
            (data / part / label).mkdir(parents=True)
            shutil.copy(faces / label / f"0{number}.png", data / part / label)
    splits = load("emotion", data, 1)
    shared = (among(splits.train, splits.validation) | among(splits.train, splits.test)).sum()
    assert shared
    assert main(["fit", "small", "--data", str(data), "--without-repeats", "--epochs", "1", "--out", str(run)]) == 0
    folder = RunFolder(run)
    assert recipe_of(folder).without_repeats
    assert folder.config()["data"]["sizes"] == [len(splits.train), len(splits.validation), len(splits.test)]
    figures = json.loads(folder.metrics.read_text())
    assert sum(figures["trained_on"].values()) == len(splits.train) - shared

    capsys.readouterr()
    assert main(["evaluate", str(folder.model), "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == figures["sets"]


def test_a_dropped_label_needs_no_pictures(small, faces, tmp_path):
    data, run = Path(shutil.copytree(faces, tmp_path / "data")), tmp_path / "run"
    shutil.rmtree(data / "disgust")
    arguments = ["fit", "small", "--data", str(data), "--drop-class", "disgust", "--epochs", "1", "--out", str(run)]
    assert main(arguments) == 0
    assert main(["fit", "small", "--data", str(data), "--resume", str(run)]) == 0
    assert main(["evaluate", str(run / "model.keras"), "--data", str(data)]) == 0


def test_weights_in_the_loss_reach_keras(small, faces, tmp_path):
    run = tmp_path / "run"
    arguments = ["fit", "small", "--data", str(faces), "--balance", "class-weights", "--epochs", "1"]
    assert main([*arguments, "--out", str(run)]) == 0
    with (run / "history.csv").open() as file:
        assert 0 < float(next(csv.DictReader(file))["loss"]) < 20
    splits = load("emotion", faces, 1)
    pixels, targets, weights = Batches(splits.train, recipe_of(RunFolder(run)), 7, 1)[0]
    assert weights.keys() == targets.keys()
    rare = targets["probabilities"].argmax(axis=1) != EMOTIONS.index("happy")
    assert rare.any()
    assert (~rare).any()
    counted = weights["probabilities"]
    assert counted[rare].min() == pytest.approx(4 * counted[~rare].max())
    assert len(pixels) == len(counted)


def test_another_size_is_trained_and_measured_alike(faces):
    import dataclasses

    recipe = dataclasses.replace(PUBLISHED["mini-xception"], batch=4, augmentation=RECIPES["gate"].augmentation)
    splits = load("emotion", faces, 1)
    pixels = Batches(splits.train, recipe, 7, 1)[0][0]
    assert pixels.shape == (4, 64, 64, 1)
    assert pixels.dtype == np.float32
    model = keras.Sequential([keras.Input((64, 64, 1)), keras.layers.GlobalAveragePooling2D()])
    asked = inputs_of(model, splits.test.pixels)
    assert asked.shape[1:] == (64, 64, 1)
    np.testing.assert_allclose(asked.mean(axis=(1, 2, 3)), splits.test.pixels.mean(axis=(1, 2)), atol=1)


@pytest.mark.parametrize("name", ["gate-cnn", "blocks-5", "mini-xception", "emotion"])
def test_the_optimizer_and_the_loss_are_the_recipes(name):
    recipe = RECIPES[name]
    inputs = keras.Input((4, 4, 1))
    flat = keras.layers.Flatten()(inputs)
    outputs = {target.output: keras.layers.Dense(2, name=target.output)(flat) for target in recipe.targets}
    model = keras.Model(inputs, outputs)
    compile_model(model, recipe, steps=10)
    optimizer, loss = model.optimizer, model.loss[recipe.targets[0].output]
    assert type(optimizer).__name__ == {"adam": "Adam", "sgd": "SGD"}[recipe.optimizer]
    expected = {"binary": "BinaryCrossentropy", "categorical": "CategoricalCrossentropy"}[recipe.loss]
    assert type(loss).__name__ == expected
    assert optimizer.use_ema
    if name == "gate-cnn":
        assert (optimizer.momentum, optimizer.nesterov, optimizer.weight_decay) == (0, False, None)
        assert float(optimizer.learning_rate) == pytest.approx(0.01)
        assert optimizer.ema_momentum == 0  # the average is the latest
    if name == "emotion":
        assert (optimizer.momentum, optimizer.nesterov, optimizer.weight_decay) == (0.9, True, 5e-4)
        assert optimizer.ema_momentum == pytest.approx(1 - 1 / (0.05 * 90 * 10))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--drop-class", "joy"], "no label of the task emotion"),
        ([word for label in EMOTIONS[:6] for word in ("--drop-class", label)], "two labels at least"),
        (["--weights", "gone.h5"], "begins with a whole network (.keras) or with nothing"),
    ],
)
def test_what_cannot_be_is_refused(small, faces, tmp_path, capsys, arguments, said):
    assert main(["fit", "small", "--data", str(faces), "--out", str(tmp_path / "run"), *arguments]) == 64
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("recipe", "weights", "warned"),
    [
        ("emotion-narrow", [], True),
        ("vgg19", [], True),
        ("emotion-narrow", ["--weights", "a.keras"], False),
        ("swish", [], False),
    ],
)
def test_a_recipe_that_goes_on_from_weights_says_so_without_any(faces, tmp_path, caplog, recipe, weights, warned):
    refused = ["--teacher", "gone.txt", "--out", str(tmp_path / "run")]
    assert main(["fit", recipe, "--data", str(faces), *weights, *refused]) != 0
    assert ("is meant to begin with trained weights" in caplog.text) == warned


def test_nobody_voted_on_pictures_that_are_made(faces, tmp_path, capsys, monkeypatch):
    pytest.importorskip("imblearn", reason="needs requirements-train.txt")
    from train.datasets import tasks
    from train.datasets.examples import Examples, Splits

    plain = load("emotion", faces, 1)
    voted = [
        Examples(part.pixels, part.labels, np.eye(7, dtype=np.float32)[part.labels])
        for part in (plain.train, plain.validation, plain.test)
    ]
    monkeypatch.setattr(tasks, "load", lambda *_, **__: Splits(*voted))
    arguments = ["fit", "emotion", "--data", str(faces), "--balance", "smote", "--out", str(tmp_path / "run")]
    assert main(arguments) == 64
    assert "smote makes pictures that nobody voted on" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_recipe_that_learns_votes_learns_labels_where_there_are_none(faces, tmp_path, capsys, caplog, monkeypatch):
    import dataclasses

    tiny = dataclasses.replace(
        RECIPES["emotion"], options={"stages": [[4, 1]], "stem": 4}, epochs=1, batch=32, precision="float32"
    )
    monkeypatch.setitem(RECIPES, "emotion", tiny)
    run = tmp_path / "run"
    assert main(["fit", "emotion", "--data", str(faces), "--out", str(run)]) == 0
    figures = json.loads(RunFolder(run).metrics.read_text())
    both = ("original labels in place of votes", "original labels")
    assert list(figures["sets"]) == [f"{part}, {labels}" for labels in both for part in ("validation", "test")]
    assert caplog.text.count("no votes here") == 1
    assert recipe_of(RunFolder(run)) == tiny
    capsys.readouterr()
    assert main(["evaluate", str(run / "model.keras"), "--data", str(faces), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == figures["sets"]
    assert main(["compare", str(run), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["test"] == figures["sets"]["test, original labels"]["top1"]


def test_labels_are_smoothed_where_they_stand_in_for_votes():
    inputs = keras.Input((4, 4, 1))
    flat = keras.layers.Flatten()(inputs)
    outputs = {target.output: keras.layers.Dense(2, name=target.output)(flat) for target in RECIPES["emotion"].targets}
    for voted, smoothing in ((True, 0), (False, 0.1)):
        model = keras.Model(inputs, outputs)
        compile_model(model, RECIPES["emotion"], 10, voted)
        assert model.loss["logits"].label_smoothing == smoothing
        assert model.loss["logits_fer2013"].label_smoothing == 0.1


def test_smote_without_its_package_is_refused_before_anything_is_made(small, faces, tmp_path, capsys, monkeypatch):
    real = sys.modules["importlib.util"].find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name, *more: None if name == "imblearn" else real(name, *more)
    )
    arguments = ["fit", "small", "--data", str(faces), "--balance", "smote", "--out", str(tmp_path / "run")]
    assert main(arguments) == 78
    assert "needs imbalanced-learn" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
