import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError, OutputError
from train import run_folder
from train.datasets.examples import Examples, Splits
from train.run_folder import RunFolder, command, data_record, default_path, revision, same_data

ROWS = [{"epoch": 1.0, "loss": 1.25, "val_top1": 0.5}, {"epoch": 2.0, "loss": 1e-7, "val_top1": 0.625}]


class Saved:
    """Stands for a Keras model: it can be saved."""

    def save(self, path):
        path.write_bytes(b"weights")


@pytest.mark.parametrize("step", ["checkpoint", "figures"])
def test_a_kill_while_an_epoch_ends_leaves_the_checkpoint_that_belongs_to_the_figures(run, monkeypatch, step):
    run.finish_epoch(Saved(), ROWS[:1])
    real = os.replace

    def killed(source, target):
        if target.name.startswith("epoch") == (step == "checkpoint"):
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        run.finish_epoch(Saved(), ROWS)
    assert run.history() == ROWS[:1]
    assert run.checkpoint(1).exists()


@pytest.fixture
def run(tmp_path) -> RunFolder:
    return RunFolder.create(tmp_path / "runs/a", {"seed": 3, "labels": ["x"]})


def test_what_is_written_is_read_by_the_next_process(run):
    again = RunFolder.open(run.path)
    assert again.config() == {"seed": 3, "labels": ["x"]}
    assert again.history() == []
    model = Saved()
    run.finish_epoch(model, ROWS[:1])
    run.finish_epoch(model, [*again.history(), ROWS[1] | {"epoch": 2}])
    assert again.history() == ROWS
    assert (run.path / "history.csv").read_text() == "epoch,loss,val_top1\n1,1.25,0.5\n2,1e-07,0.625\n"
    run.write_metrics({"top1": 0.5})
    assert json.loads(again.metrics.read_text()) == {"top1": 0.5}
    assert sorted(path.name for path in run.path.iterdir()) == [
        "config.json",
        "epoch-002.keras",
        "history.csv",
        "metrics.json",
    ]


def test_a_run_never_overwrites_another(run):
    before = (run.path / "config.json").read_bytes()
    with pytest.raises(OutputError, match="exists; a run never overwrites another"):
        RunFolder.create(run.path, {})
    assert (run.path / "config.json").read_bytes() == before


def test_a_place_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        RunFolder.create(tmp_path / "file/run", {})


@pytest.mark.parametrize("name", ["gone", "."])
def test_another_folder_is_no_run(tmp_path, name):
    with pytest.raises(InputError, match="not a run folder"):
        RunFolder.open(tmp_path / name)


class Weights:
    """Writes what Keras would, or dies on the way as a killed process does."""

    def __init__(self, text: str, dies: bool = False):
        self.text, self.dies = text, dies

    def save(self, path: Path) -> None:
        path.write_text(self.text[:2] if self.dies else self.text)
        if self.dies:
            raise KeyboardInterrupt

    def save_weights(self, path: Path) -> None:
        self.save(path)


@pytest.mark.parametrize("name", ["best", "model"])
def test_a_model_is_replaced_whole_or_not_at_all(run, name):
    path = getattr(run, name)
    run.save(Weights("first"), path)
    run.save(Weights("second"), path)
    assert path.read_text() == "second"
    with pytest.raises(KeyboardInterrupt):
        run.save(Weights("third", dies=True), path)
    assert path.read_text() == "second"


def splits(votes: float | None) -> Splits:
    shares = None if votes is None else np.full((2, 7), votes, np.float32)
    part = Examples(np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int64), shares)
    return Splits(part, part, part)


@pytest.mark.parametrize("votes", [None, 0.1])
def test_data_are_the_same_only_with_the_same_votes(tmp_path, votes):
    record = json.loads(json.dumps(data_record(splits(votes), tmp_path)))
    assert [other for other in (None, 0.1, 0.12) if same_data(record, splits(other))] == [votes]


def test_a_run_from_before_votes_were_recorded_takes_any(tmp_path):
    record = data_record(splits(0.1), tmp_path)
    del record["votes"]
    assert same_data(record, splits(0.12))
    assert not same_data({**record, "sha256": ["0"] * 3}, splits(0.1))


def test_the_default_folder_has_recipe_and_time():
    assert re.fullmatch(r"runs/gate-\d{8}-\d{6}", default_path("gate").as_posix())


def test_the_command_can_be_typed_again():
    assert command(["fit", "gate", "--seed", "2"]) == "python -m train fit gate --seed 2"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
class TestRevision:
    @pytest.fixture
    def checkout(self, tmp_path, monkeypatch) -> Path:
        for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
            (tmp_path / "a").write_text("one")
            who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
            subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)
        monkeypatch.setattr(run_folder, "__file__", str(tmp_path / "a"))
        return tmp_path

    def test_of_clean_and_changed_code(self, checkout):
        clean = revision()
        assert re.fullmatch("[0-9a-f]{40}", clean)
        (checkout / "new").write_text("")
        assert revision() == clean
        (checkout / "a").write_text("two")
        assert revision() == clean + "+"

    def test_outside_of_a_checkout(self, tmp_path, monkeypatch):
        monkeypatch.setattr(run_folder, "__file__", str(tmp_path / "a"))
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        assert revision() == "unknown"
