"""A conversion writes the page about its model from the answers that it has already."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from convert.__main__ import main
from edge.contract.labels import EMOTIONS

MODELS = Path(__file__).parents[2] / "models"

pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="pages are drawn with matplotlib"),
]


@pytest.fixture
def converting(spoiled, labelled, tmp_path):
    """Converts with the options given, and as they say of emotions in the usual order."""

    def convert(*options: str, labels: tuple[str, ...] = EMOTIONS) -> int:
        known = ["--task", "emotion", "--labels", ",".join(labels), "--data", str(labelled), "--force"]
        return main([str(spoiled), *known, "--out", str(tmp_path / "emotion.tflite"), *options])

    return convert


def test_the_test_split_is_read_once_for_the_model_and_its_page(converting, tmp_path, monkeypatch, capsys):
    from convert import measuring

    asked = []
    scores = measuring.edge_scores
    monkeypatch.setattr(measuring, "edge_scores", lambda *given: asked.append(len(given[1])) or scores(*given))
    monkeypatch.setattr("train.evaluate.edge_scores", None)
    shutil.copy(MODELS / "gate.tflite", tmp_path)
    shutil.copy(MODELS / "gate.json", tmp_path)
    scenes = [np.random.default_rng(1).integers(0, 256, (480, 640), dtype=np.uint8)]
    monkeypatch.setattr("convert.page.empty_scenes", lambda _: scenes)
    page = tmp_path / "page.html"
    assert converting("--html", str(page), "--after-detection") == 0
    assert len(asked) == 2  # the validation split and the test split
    manifest = json.loads((tmp_path / "emotion.json").read_text())
    assert [one["by"] for one in manifest["readings"]] == ["python -m convert"]
    tested = manifest["accuracy"][-1]
    said, text = capsys.readouterr().out, page.read_text()
    assert f"{tested['title']}: {tested['images']} pictures\n  top-1    {tested['top1']:7.2%}\n" in said
    assert re.search(rf"after detection, {re.escape(tested['title'])}:\n +staged faces", said)
    assert manifest["sha256"] in text
    assert "After detection" in text
    assert "python -m convert" in text  # who read the test split


def test_what_the_page_would_lack_is_said_before_the_work(converting, tmp_path, monkeypatch, capsys):
    page = ["--html", str(tmp_path / "page.html")]
    for options, labels, said in (
        (["--after-detection"], EMOTIONS, "goes into the page of --html"),
        ([*page, "--after-detection"], EMOTIONS, "needs a folder with emotion.tflite and gate.tflite"),
        (page, tuple(sorted(EMOTIONS)), "are not those of the task emotion"),
        (["--html", str(tmp_path / "none" / "page.html")], EMOTIONS, "none: no such folder"),
    ):
        assert converting(*options, labels=labels) != 0
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("convert: ")]
        assert said in line
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert converting(*page) != 0
    assert "matplotlib" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
