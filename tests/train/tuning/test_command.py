import dataclasses
import importlib.util

import cv2
import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from train.__main__ import main
from train.recipes import PUBLISHED, RECIPES
from train.run_folder import RunFolder
from train.tuning.space import applied, tunable

pytestmark = pytest.mark.train


@pytest.mark.parametrize("name", ["emotion", "nonsense"])
def test_what_cannot_be_tuned_is_refused(name, tmp_path, capsys):
    assert main(["tune", name, "--data", str(tmp_path), "--out", str(tmp_path / "t")]) == 64
    assert "there are blocks-3, blocks-4, blocks-5, blocks-6" in capsys.readouterr().err


def test_values_become_a_recipe():
    values = {"filters": 16, "activation": "elu", "dropout": 0.1, "l1": 0.0, "l2": 0.1, "rate": 0.002}
    found = applied(tunable("blocks-4"), values)
    assert found.rate == 0.002
    assert found.options == {"blocks": 4, "filters": 16, "activation": "elu", "dropout": 0.1, "l1": 0.0, "l2": 0.1}
    assert found.epochs == PUBLISHED["blocks-4"].epochs


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs requirements-train.txt")
def test_two_trials_from_the_command_to_the_workbook(tmp_path, capsys, monkeypatch):
    rng = np.random.default_rng(1)
    for label in EMOTIONS:
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(5):
            cv2.imwrite(str(tmp_path / f"faces/{label}/{number}.png"), rng.integers(0, 256, (48, 48), np.uint8))
    small = dataclasses.replace(PUBLISHED["blocks-3"], options={"blocks": 1, "most": 4, "dense": 4})
    monkeypatch.setitem(RECIPES, "blocks-3", small)
    out = tmp_path / "t"
    arguments = ["tune", "blocks-3", "--trials", "2", "--epochs", "1", "--data", str(tmp_path / "faces")]
    assert main([*arguments, "--limit", "1", "--out", str(out)]) == 64
    assert "leaves a single label" in capsys.readouterr().err
    arguments += ["--limit", "14", "--precision", "mixed_bfloat16"]
    assert main([*arguments, "--out", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert names == {
        "settled.json",
        "trial-000",
        "trial-001",
        "trials.csv",
        "trials.xlsx",
        "tuning.png",
        "tuning.sqlite3",
    }
    said = capsys.readouterr().out
    assert said.startswith("best of 2: trial-00")
    config = RunFolder(out / "trial-001").config()
    assert config["settings"]["epochs"] == 1
    assert config["settings"]["precision"] == "mixed_bfloat16"
    assert config["data"]["sizes"][0] == 14
    assert config["settings"]["options"]["activation"] in ("relu", "elu", "swish", "tanh")
    assert list(RunFolder(out / "trial-001").history()[0]) >= ["epoch"]
    assert "test, original labels" not in RunFolder(out / "trial-001").metrics.read_text()
    assert main([*arguments, "--out", str(out)]) == 0, "nothing left to do"
    assert main([*arguments[:-4], "--out", str(out)]) == 64, "other pictures and precision are another study"
