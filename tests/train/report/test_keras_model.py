"""The page of a Keras model in its run folder, whose logits become probabilities first."""

import json
import re

import numpy as np
import pytest

from train.__main__ import main
from train.confidence import reliability
from train.datasets.tasks import load
from train.evaluate import load_candidate, sit

keras = pytest.importorskip("keras", reason="needs requirements-train.txt")
pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Logits are the mean grey and 120, both divided by 10."""
    run = tmp_path_factory.mktemp("run")
    pixels = keras.Input((48, 48, 1))
    mean = keras.layers.GlobalAveragePooling2D()(pixels)
    logits = keras.layers.Dense(2, name="logits")(mean)
    network = keras.Model(pixels, {"logits": logits})
    network.layers[-1].set_weights([np.array([[0, 0.1]], np.float32), np.array([12, 0], np.float32)])
    network.save(run / "model.keras")
    settings = {"targets": [{"output": "logits", "learns": "labels", "softmax": False}]}
    (run / "config.json").write_text(json.dumps({"task": "gate", "seed": 1, "settings": settings}))
    (run / "history.csv").write_text("epoch,loss,top1,val_top1,val_top3,val_macro_f1\n1,0.5,0.6,0.7,1,0.65\n")
    return run / "model.keras"


def test_its_answers_are_probabilities(model, class_folder):
    candidate = load_candidate(model)
    (answered,) = sit(candidate, load("gate", class_folder, 1), ("test",))
    human = 1 / (1 + np.exp(12 - answered.exam.examples.pixels.mean(axis=(1, 2)) / 10))
    np.testing.assert_allclose(answered.probabilities, np.stack([1 - human, human], axis=1), atol=1e-4)


def test_its_page(model, class_folder, tmp_path, capsys):
    assert main(["evaluate", str(model), "--data", str(class_folder), "--html", str(tmp_path / "page.html")]) == 0
    page = (tmp_path / "page.html").read_text()
    assert "Epoch 1 of 1 was kept, with a validation top-1 of 70.00%." in page
    answers = sit(load_candidate(model), load("gate", class_folder, 1), ("validation", "test"))
    found = [float(error) for error in re.findall(r"Reliability, ECE (\d\.\d{3})", page)]
    wanted = [reliability(one.probabilities, one.truth).error for one in answers]
    assert found == pytest.approx(wanted, abs=6e-4)
    assert "top-1" in capsys.readouterr().out
