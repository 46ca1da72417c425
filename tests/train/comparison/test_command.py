import csv
import dataclasses
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from train.__main__ import main
from train.comparison.contender import Int8
from train.comparison.table import to_csv
from train.recipes import PUBLISHED, RECIPES
from train.run_folder import RunFolder

DATA = Path(__file__).parents[2] / "data"


def test_a_table_and_its_files_of_runs_that_are_there(run, tmp_path, capsys):
    paths = [str(run("a", (0.5, 0.49))), str(run("b", (0.6, 0.59)))]
    assert main(["compare", *paths, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert [line.split()[0] for line in said.out.splitlines()] == ["run", "b", "a"]
    assert "comparison.md, comparison.csv\n" in said.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"comparison.md", "comparison.csv"}
    with (tmp_path / "out/comparison.csv").open() as file:
        assert [row["run"] for row in csv.DictReader(file)] == ["b", "a"]


def test_a_converted_model_is_timed_by_the_runtime(run, capsys):
    path = run("a")
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_int8{suffix}", RunFolder(path).path / f"model{suffix}")
    assert main(["compare", str(path), "--json", "--runs-timed", "3"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["int8"]["size"] == (DATA / "tiny_int8.tflite").stat().st_size
    assert 0 < told["int8"]["milliseconds"] < 1000


def test_an_earlier_table_stands_beside_runs_and_gives_way_to_them(run, contender, tmp_path, capsys):
    table = tmp_path / "comparison.csv"
    table.write_text(
        to_csv([contender("a", 0.1, int8=Int8(2048, 0.1, 1.5)), contender("b", 0.4, int8=Int8(9, 0.4, 2.5))])
    )
    assert main(["compare", str(run("a", (0.5, 0.49))), str(table)]) == 0
    first, second = capsys.readouterr().out.splitlines()[1:]
    assert (first.split()[0], second.split()[0]) == ("a", "b")
    assert "50.0%" in first
    assert second.endswith("40.0%      0 KiB      2.50 ms")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to compare"),
        (["--train", "swish"], "--train needs --out"),
        (["--train", "gate", "--out", "x"], "no emotion recipe 'gate'"),
        (["--train", "swish", "--balance", "magic", "--out", "x"], "no way to balance 'magic'"),
        (["--train", "swish", "--full", "--epochs", "3", "--out", "x"], "contradict each other"),
        (["somewhere", "--full"], "without it nothing is trained"),
        (["somewhere", "--precision", "float32"], "without it nothing is trained"),
        (["somewhere"], "not a run folder"),
    ],
)
def test_what_makes_no_sense_is_said(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *arguments]) == 64
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_one_way_that_cannot_be_done_leaves_the_others(tmp_path, capsys, monkeypatch, caplog):
    """Trains in no time; nothing but the result is on standard output."""
    pytest.importorskip("keras", reason="needs requirements-train.txt")
    pytest.importorskip("imblearn", reason="needs requirements-train.txt")
    rng = np.random.default_rng(1)
    for label in EMOTIONS:
        (tmp_path / "faces" / label).mkdir(parents=True)
        for number in range(5):
            cv2.imwrite(str(tmp_path / f"faces/{label}/{number}.png"), rng.integers(0, 256, (48, 48), np.uint8))
    options = {"blocks": 1, "most": 4, "dense": 4}
    monkeypatch.setitem(RECIPES, "blocks-3", dataclasses.replace(PUBLISHED["blocks-3"], options=options))
    arguments = ["--train", "blocks-3", "--balance", "smote-enn", "class-weights", "--epochs", "1", "--json"]
    command = ["compare", *arguments, "--data", str(tmp_path / "faces"), "--out", str(tmp_path / "out")]
    with caplog.at_level("WARNING", "train"):
        assert main(command) == 0
    assert "not trained: blocks-3-smote-enn-1-epochs: smote-enn leaves no picture" in caplog.text
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["balancing"], told["epochs"], told["published"]) == ("class-weights", 1, 40)
    before = (tmp_path / "out/blocks-3-class-weights-1-epochs/metrics.json").read_bytes()
    assert main(command) == 0
    assert (tmp_path / "out/blocks-3-class-weights-1-epochs/metrics.json").read_bytes() == before
    assert main([*command[:5], *command[6:]]) == 64  # the way that cannot be done alone
    assert "none of these can be trained on this data" in capsys.readouterr().err
    assert main([*command, "--seed", "2"]) == 64
    assert "begun with other settings or data" in capsys.readouterr().err
