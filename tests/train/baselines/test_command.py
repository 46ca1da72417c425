import json

import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from train.__main__ import main
from train.datasets.examples import limited
from train.datasets.tasks import load

pytestmark = pytest.mark.train


@pytest.mark.parametrize(
    "arguments", [["svm", "--features", "hog", "--kernel", "linear"], ["knn", "--neighbours", "1"]]
)
def test_from_the_command_to_the_report(faces, tmp_path, capsys, arguments):
    run = tmp_path / "run"
    assert main(["baseline", *arguments, "--data", str(faces), "--limit", "70", "--out", str(run)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("chosen: ")
    assert {path.name for path in run.iterdir()} == {
        "config.json",
        "confusion.png",
        "grid.csv",
        "metrics.json",
        "report.html",
    }
    figures = json.loads((run / "metrics.json").read_text())
    assert list(figures["sets"]) == ["validation, original labels", "test, original labels"]
    for measured in figures["sets"].values():
        assert measured["images"] == 14
        assert measured["top1"] > 0.6  # a seventh by chance
        assert f"top-1 {measured['top1']:.2%}" in said
    assert figures["trained_on"] == dict.fromkeys(EMOTIONS, 10)
    assert figures["readings"][0]["set"] == "test"
    config = json.loads((run / "config.json").read_text())
    assert config["recipe"] == arguments[0]
    assert config["settings"]["limit"] == 70
    page = (run / "report.html").read_text()
    assert "Parameters" in page
    assert "surest" in page or "Mistakes" in page or "labelled" in page

    for measured in figures["sets"].values():  # of one neighbour's answers two in three are ties
        assert ("top3" in measured) == (arguments[0] == "svm")
    assert ("Top-3" in page) == (arguments[0] == "svm")

    before = {path.name: path.read_bytes() for path in run.iterdir()}
    assert main(["baseline", arguments[0], "--resume", str(run), "--data", str(faces)]) == 0
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before  # the test split is not read again
    assert said in capsys.readouterr().out
    assert (
        main(["baseline", "svm" if arguments[0] == "knn" else "knn", "--resume", str(run), "--data", str(faces)]) == 64
    )


def test_a_limit_keeps_the_proportions(faces):
    train = load("emotion", faces, 1).train
    assert limited(train, None, 1) is train
    assert limited(train, 10_000, 1) is train
    some = limited(train, 56, 1)
    assert [int((some.labels == label).sum()) for label in range(7)] == [8] * 7
    assert limited(train, 56, 1).digest == some.digest != limited(train, 56, 2).digest


@pytest.mark.parametrize("most", [1, 2, 5, 10, 13, 50, 99])
def test_a_limit_is_met_exactly(faces, most):
    """Also with labels of which there is more and less."""
    train = load("emotion", faces, 1).train
    uneven = train.take(np.flatnonzero((train.labels > 0) | (np.arange(len(train)) % 5 == 0)))
    some = limited(uneven, most, 1)
    assert len(some) == most
    for label in range(7):
        share = most * (uneven.labels == label).mean()
        assert abs(int((some.labels == label).sum()) - share) < 1


def test_a_single_label_teaches_nothing(faces, tmp_path, capsys):
    run = tmp_path / "run"
    assert main(["baseline", "svm", "--limit", "1", "--data", str(faces), "--out", str(run)]) == 64
    assert "--limit 1 leaves a single label to learn" in capsys.readouterr().err
    assert not run.exists()


def test_without_scikit_learn_it_is_said_what_to_install(faces, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["baseline", "knn", "--data", str(faces)]) == 78
    assert "baselines need scikit-learn" in capsys.readouterr().err
