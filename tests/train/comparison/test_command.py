import csv
import json
import shutil
from pathlib import Path

import pytest

from train.__main__ import main
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to compare"),
        (["--train", "swish"], "--train needs --out"),
        (["--train", "gate", "--out", "x"], "no emotion recipe 'gate'"),
        (["--train", "swish", "--balance", "magic", "--out", "x"], "no way to balance 'magic'"),
        (["--train", "swish", "--full", "--epochs", "3", "--out", "x"], "contradict each other"),
        (["somewhere", "--full"], "without it nothing is trained"),
        (["somewhere"], "not a run folder"),
    ],
)
def test_what_makes_no_sense_is_said(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *arguments]) == 64
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
