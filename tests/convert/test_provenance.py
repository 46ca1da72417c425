import json

import numpy as np
import pytest

from convert.measuring import Measured
from convert.origin.run import Run
from convert.origin.source import Source
from convert.parity import Parity
from convert.provenance import describe
from edge.contract.labels import GATE
from train.datasets.examples import Examples
from train.exams import Exam

PARITY = Parity(4, 1.0, 0.0123456789, 0.75, 0.75, 1.0, 1.0, {"other": 1 / 3, "human": 0.0}, {"other": 3, "human": 1})

PARITIES = {"probabilities": PARITY}


@pytest.fixture
def measured() -> Measured:
    probabilities, truth = np.array([[0.9, 0.1]] * 4), np.array([0, 0, 0, 1])
    exam = Exam("some set", "original labels", "probabilities", Examples(np.zeros((4, 48, 48), np.uint8), truth))
    return Measured(exam, probabilities, truth, exam.mark(probabilities, "gate", GATE))


def run(command: str, path: str, splits: tuple[str, ...] = ("FER2013 Training and others", "b", "c")) -> Run:
    data = {"path": path, "splits": list(splits), "sizes": [1, 2, 3], "sha256": ["a", "b", "c"]}
    return Run({"recipe": "gate", "seed": 4, "command": command, "data": data}, {"best_epoch": 3, "sets": {}})


@pytest.mark.parametrize(
    ("typed", "path", "told"),
    [
        ("fit gate --data /home/ann/my data --seed 4", "/home/ann/my data", "fit gate --data DATA --seed 4"),
        ("fit gate --data=../ann/fer", "../ann/fer", "fit gate --data=DATA"),
        ("fit gate --out /home/ann/runs/x", "/data", "fit gate --out x"),
        ("fit gate --out=~/runs/x --seed 4", "/data", "fit gate --out=x --seed 4"),
        ("fit gate --out runs/x", "/home/ann/data", "fit gate --out runs/x"),
    ],
)
def test_no_path_of_the_machine_gets_out(measured, typed, path, told):
    source = Source("model.keras", None, "gate", GATE, run(f"python -m train {typed}", path))
    described = describe("gate", source, [measured], PARITIES)
    assert described["training"]["command"] == f"python -m train {told}"
    assert "ann" not in json.dumps(described)


def test_weights_that_a_training_began_with(measured):
    begun = run("fit vgg19 --weights /home/ann/imagenet.h5", "/data")
    begun.config["weights"] = {"file": "/home/ann/imagenet.h5", "sha256": "ab" * 32}
    told = describe("gate", Source("m", None, "gate", GATE, begun), [measured], PARITIES)
    assert told["training"]["weights"] == {"file": "imagenet.h5", "sha256": "ab" * 32}
    assert told["licence"].startswith("The weights that the training began with, imagenet.h5, keep the terms")
    assert "FER2013" in told["licence"]
    assert "ann" not in json.dumps(told)


def test_what_is_told_of_a_training(measured):
    told = describe("gate", Source("m", None, "gate", GATE, run("x", "/data")), [measured], PARITIES)
    assert told["training"]["best_epoch"] == 3
    assert told["training"]["data"] == {
        "splits": ["FER2013 Training and others", "b", "c"],
        "sizes": [1, 2, 3],
        "sha256": ["a", "b", "c"],
    }
    assert told["accuracy"][0]["top1"] == 0.75
    assert told["accuracy"][0]["title"] == "some set, original labels"
    assert told["accuracy"][0]["recall"] == {"other": 1.0, "human": 0.0}
    assert told["parity"]["largest_difference"] == 0.012346
    assert told["parity"]["recall_change"] == {"other": 0.333333, "human": 0.0}
    assert "no clear licence" in told["licence"]


def test_nothing_is_claimed_of_a_model_from_elsewhere(measured):
    told = describe("gate", Source("m", None, "gate", GATE), [measured], PARITIES)
    assert not {"training", "licence"} & set(told)


def test_own_data_have_a_licence_of_their_own(measured):
    source = Source("m", None, "gate", GATE, run("x", "/data", ("train", "validation", "test")))
    assert "licence" not in describe("gate", source, [measured], PARITIES)
