import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from train.__main__ import main
from train.datasets.tasks import load
from train.fit import start
from train.recipes import RECIPES

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(tmp_path, class_folder) -> Path:
    """A run that was started and stopped before its first epoch."""
    splits = load("gate", class_folder, 1)
    return start("gate", RECIPES["gate"], splits, tmp_path / "run", 1, class_folder).path


def refusal(capsys, *arguments) -> tuple[int, str]:
    """Exit code and the one line that is said."""
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("train: ")
    assert said.err.count("\n") == 1
    return code, said.err


def test_an_unknown_recipe(capsys, class_folder):
    code, said = refusal(capsys, "fit", "age", "--data", class_folder)
    assert code == 64
    assert "no recipe 'age'; there are emotion, gate, " in said


def test_no_data(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("EMOTION_EDGE_DATA", raising=False)
    assert refusal(capsys, "fit", "gate")[0] == 64
    code, said = refusal(capsys, "fit", "gate", "--data", tmp_path / "gone")
    assert code == 64
    assert "no such file or folder" in said


def test_the_data_may_come_from_the_environment(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("EMOTION_EDGE_DATA", str(tmp_path / "elsewhere"))
    assert "elsewhere" in refusal(capsys, "fit", "gate")[1]


def test_a_second_run_into_the_same_folder(capsys, class_folder, run):
    before = (run / "config.json").read_bytes()
    code, said = refusal(capsys, "fit", "gate", "--data", class_folder, "--out", run)
    assert code == 74
    assert "a run never overwrites another (--resume continues it)" in said
    assert (run / "config.json").read_bytes() == before


def test_resuming_on_other_data(capsys, class_folder, run, tmp_path):
    other = Path(shutil.copytree(class_folder, tmp_path / "other"))
    (other / "human/00.png").write_bytes((other / "human/01.png").read_bytes())
    code, said = refusal(capsys, "fit", "gate", "--resume", run, "--data", other)
    assert code == 64
    assert "not the data that" in said
    assert str(run) in said


def test_resuming_what_is_no_run(capsys, class_folder, tmp_path):
    code, said = refusal(capsys, "fit", "gate", "--resume", tmp_path, "--data", class_folder)
    assert code == 64
    assert "not a run folder" in said


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["fit"],
        ["fit", "gate", "--epochs", "0"],
        ["fit", "gate", "--batch", "x"],
        ["fit", "gate", "--seed", "-1"],
        ["fit", "gate", "--seed", "4294967296"],
        ["baseline", "knn", "--seed", "-1", "--limit", "50"],
        ["baseline", "svm", "--cost", "0"],
        ["baseline", "svm", "--cost", "inf"],
        ["baseline", "knn", "--p", "0"],
        ["baseline", "knn", "--p", "nan"],
    ],
)
def test_wrong_usage(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m train" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["evaluate", "--help"]])
def test_help_answers_without_loading_a_framework(arguments):
    code = f"import sys; sys.argv = ['train', *{arguments!r}]\nfrom train.__main__ import main\ntry: main()\n"
    code += "finally: assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "usage: python -m train" in found.stdout
    assert found.stderr == ""


def test_a_user_who_stops_it_sees_no_traceback(monkeypatch, class_folder):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("train.datasets.tasks.load", stop)
    assert main(["fit", "gate", "--data", str(class_folder)]) == 130


def test_as_a_process(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "EMOTION_EDGE_DATA"}
    found = subprocess.run(
        [sys.executable, "-m", "train", "fit", "age"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert found.returncode == 64
    assert found.stderr == "train: no recipe 'age'; there are " + ", ".join(RECIPES) + "\n"
