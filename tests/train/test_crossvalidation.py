import dataclasses
import json
import zipfile
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.records import Box
from train.augment import Augmentation
from train.crossvalidation import Judged, crossvalidate, describe, summary
from train.datasets.scenes import Fold, Window
from train.recipes import RECIPES
from train.run_folder import RunFolder

pytestmark = pytest.mark.train

RECIPE = dataclasses.replace(
    RECIPES["gate"], epochs=1, batch=64, precision="float32", augmentation=Augmentation(), warmup=0.1
)


def judged(label: str, human: float) -> Judged:
    return Judged(Window("a.jpg", Box(0, 0, 30, 30), label), 1, human)


def test_a_summary_leaves_the_unsure_out():
    windows = [
        judged("face", 0.9),
        judged("face", 0.4),
        judged("other", 0.1),
        judged("other", 0.5),
        judged("unsure", 1),
    ]
    assert summary(windows) == {"faces": 2, "passed": 1, "others": 2, "stopped": 1}
    assert "at 0.5: 1 of 2 faces pass, 1 of 2 others are stopped" in describe(windows)
    assert "at 0.99: 0 of 2 faces pass" in describe(windows, 0.99)


@pytest.fixture
def data(tmp_path, picture) -> Path:
    """A small FER2013, other things, and scenes with a judged window each: a face's or another's."""
    folder = tmp_path / "data"
    rows = ["emotion,pixels,Usage"]
    for usage, count in (("Training", 40), ("PublicTest", 8), ("PrivateTest", 8)):
        for number in range(count):
            pixels = " ".join(map(str, picture("human", len(rows)).ravel()))
            rows.append(f"{number % 7},{pixels},{usage}")
    folder.mkdir()
    (folder / "fer2013.csv").write_text("\n".join(rows) + "\n")
    for number in range(30):
        path = folder / "natural_images" / "things" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture("other", number))
    lines = ["split,image,x,y,width,height,label"]
    with zipfile.ZipFile(folder / "bsds500.zip", "w") as archive:
        for number in range(10):
            kind = "human" if number % 2 else "other"
            scene = np.full((100, 120), 40, np.uint8)
            scene[20:68, 30:78] = picture(kind, 100 + number)
            split = "train" if number < 7 else "val"
            archive.writestr(f"set/{split}/{number}.jpg", cv2.imencode(".jpg", scene)[1].tobytes())
            lines.append(f"{split},{number}.jpg,30,20,48,48,{'face' if number % 2 else 'other'}")
    (folder / "bsds500_windows.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_every_window_is_asked_about_once_by_a_network_that_never_saw_its_scene(data, tmp_path):
    out = tmp_path / "folds"
    found = crossvalidate("gate", RECIPE, data, out, 1, 2, ["crossvalidate"])
    assert sorted(one.window.image for one in found) == sorted(f"{number}.jpg" for number in range(10))
    for one in found:
        assert one.window.image in Fold(one.fold - 1, 2)
        assert 0 <= one.human <= 1
    lines = (out / "windows.csv").read_text().splitlines()
    assert len(lines) == 11
    assert lines[0] == "image,x,y,width,height,label,fold,human"
    figures = [json.loads(RunFolder(out / f"fold-{number}").metrics.read_text()) for number in (1, 2)]
    assert all(
        list(one["sets"]) == ["FER2013 PublicTest at 30 px and held-out others, original labels"] for one in figures
    )
    assert all(one["readings"] == [] for one in figures)  # the test split was left alone

    before = [RunFolder(out / f"fold-{number}").model.stat().st_mtime_ns for number in (1, 2)]
    again = crossvalidate("gate", RECIPE, data, out, 1, 2, ["crossvalidate"])  # what is finished is not done again
    assert again == found
    assert [RunFolder(out / f"fold-{number}").model.stat().st_mtime_ns for number in (1, 2)] == before

    longer, other = dataclasses.replace(RECIPE, epochs=9), dataclasses.replace(RECIPE, rate=0.01)
    for recipe, seed, folds in ((RECIPE, 2, 2), (RECIPE, 1, 3), (longer, 1, 2), (other, 1, 2)):
        with pytest.raises(InputError, match="was begun with other settings or data"):
            crossvalidate("gate", recipe, data, out, seed, folds, [])


def test_folds_without_windows_are_not_trained(data, tmp_path):
    lines = (data / "bsds500_windows.csv").read_text().splitlines()
    (data / "bsds500_windows.csv").write_text("\n".join(lines[:2]) + "\n")
    found = crossvalidate("gate", RECIPE, data, tmp_path / "folds", 1, 4, [])
    assert [one.window.image for one in found] == ["0.jpg"]
    assert sorted(path.name for path in (tmp_path / "folds").iterdir()) == [f"fold-{found[0].fold}", "windows.csv"]


def test_no_windows_at_all(data, tmp_path):
    (data / "bsds500_windows.csv").write_text("split,image,x,y,width,height,label\n")
    with pytest.raises(InputError, match=r"bsds500_windows\.csv: no windows"):
        crossvalidate("gate", RECIPE, data, tmp_path / "folds", 1, 2, [])


def test_one_fold_leaves_nothing_to_train_on(tmp_path):
    with pytest.raises(InputError, match=r"--folds 1: .* two at least"):
        crossvalidate("gate", RECIPE, tmp_path, tmp_path / "folds", 1, 1, [])
    assert list(tmp_path.iterdir()) == []


def test_two_sigmoids_are_judged_as_the_edge_judges_them(data, tmp_path, monkeypatch):
    """A window of which both are unsure: 0.3 and 0.4 make 57 % of a human."""
    pixels = keras.Input((48, 48, 1))
    nothing = keras.layers.Rescaling(0.0)(keras.layers.GlobalAveragePooling2D()(pixels))
    both = keras.layers.Dense(2, activation="sigmoid", name="probabilities")(nothing)
    network = keras.Model(pixels, {"probabilities": both})
    network.layers[-1].set_weights([np.zeros((1, 2)), np.log(np.array([0.3 / 0.7, 0.4 / 0.6]))])
    monkeypatch.setattr("train.crossvalidation._train", lambda *_: network)
    (tmp_path / "folds").mkdir()
    found = crossvalidate("gate-cnn", RECIPES["gate-cnn"], data, tmp_path / "folds", 1, 2, [])
    assert [one.human for one in found] == pytest.approx([4 / 7] * 10)


def test_without_scenes(data, tmp_path):
    (data / "bsds500.zip").unlink()
    with pytest.raises(InputError, match=r"needs scenes with judged windows: bsds500\*\.zip"):
        crossvalidate("gate", RECIPE, data, tmp_path / "folds", 1, 2, [])
