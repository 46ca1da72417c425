import dataclasses
from pathlib import Path

import pytest

from convert import golden
from edge.contract.classifier import Classifier
from edge.contract.golden import check_golden, golden_picture
from edge.contract.interpreter import Model

DATA = Path(__file__).parents[1] / "data"


def load(name: str, **changes) -> Classifier:
    model = Model.load(DATA / f"{name}.tflite")
    data = (DATA / f"{name}.tflite").read_bytes()
    return Classifier(Model(data, dataclasses.replace(model.manifest, **changes), name))


@pytest.fixture(scope="module")
def recorded():
    return golden.record(load("tiny_int8"), "int8")


def test_a_model_agrees_with_itself(recorded):
    found = check_golden(load("tiny_int8"), recorded)
    assert found.agrees
    assert found.difference < 1e-4
    assert found.pictures == len(recorded["pictures"]) >= 3


def test_every_label_is_held_down_by_the_picture_it_is_surest_of(recorded):
    classifier = load("tiny_int8")
    names = ["portrait", *(f"made {seed}" for seed in range(golden.CANDIDATES))]
    asked = {name: classifier.scores(golden_picture(name, (48, 48))) for name in names}
    surest = {max(names, key=lambda name: asked[name][label]) for label in classifier.manifest.labels}
    assert set(recorded["pictures"]) == {"portrait", *surest}, "no picture that holds down nothing"
    for label in classifier.manifest.labels:
        best = max(scores[label] for scores in asked.values())
        assert max(answer[label] for answer in recorded["pictures"].values()) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("labels", [("happy", "angry", "neutral"), ("angry", "neutral", "happy")])
def test_labels_that_changed_places_show(recorded, labels):
    found = check_golden(load("tiny_int8", labels=labels), recorded)
    assert not found.agrees
    assert golden.labels_digest(labels) != recorded["labels_sha256"]


def test_another_temperature_shows(recorded):
    assert not check_golden(load("tiny_int8", temperature=3.0), recorded).agrees


def test_an_unknown_label_and_no_number_show(recorded):
    first = next(iter(recorded["pictures"]))
    for value in ({"angry": 0.5, "happy": 0.4}, dict.fromkeys(("angry", "happy", "neutral"), float("nan"))):
        broken = {**recorded, "pictures": {first: value}}
        assert not check_golden(load("tiny_int8"), broken).agrees
