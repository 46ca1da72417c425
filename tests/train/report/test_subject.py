import hashlib
import json
import shutil
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from edge.contract.labels import GATE
from train.evaluate import Candidate, load_candidate
from train.recipes import Target
from train.report.subject import Subject

DATA = Path(__file__).parents[2] / "data"
HEADER = "epoch,loss,top1,val_top1,val_top3,val_macro_f1\n"


@pytest.fixture
def model(tmp_path) -> Path:
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_gate{suffix}", tmp_path)
    return tmp_path / "tiny_gate.tflite"


@pytest.fixture
def run(tmp_path) -> Path:
    """A Keras model in its run folder; its bytes are not read as a network here."""
    config = {"recipe": "gate", "seed": 3, "settings": {"architecture": "separable"}, "data": {"path": "/home/me"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "history.csv").write_text(HEADER + "1,0.5,0.7,0.8,1,0.75\n")
    (tmp_path / "model.keras").write_bytes(b"weights")
    return tmp_path / "model.keras"


CANDIDATE = Candidate("gate", GATE, (Target("p"),), lambda examples, output: None, {})


def tell(model: Path, **told) -> None:
    manifest = model.with_suffix(".json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **told}))


def test_a_converted_model(model):
    found = Subject.of(model, load_candidate(model))
    facts = dict(found.facts())
    assert facts["File"] == "tiny_gate.tflite"
    assert facts["SHA-256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    assert facts["Size"] == f"{model.stat().st_size:,} bytes"
    assert facts["Labels"] == "other, human"
    assert facts["Input"] == "48x48, 1 channel(s), int8"
    assert found.history == []
    assert "Licence" not in facts
    assert "Recipe" not in facts


def test_the_threshold_is_for_the_output_that_is_reported(model):
    found = Subject.of(model, load_candidate(model))
    assert found.threshold(found.manifest.scores) == found.manifest.threshold
    assert found.threshold("another") is None


def test_what_people_wrote_in_a_manifest(model):
    training = {"recipe": "gate", "parameters": 27362, "versions": {"keras": "3.15.1"}, "settings": "none"}
    tell(model, training=training, licence="MIT", converter={"measured_with": "x 1"}, quantization={"kind": "int8"})
    facts = dict(Subject.of(model, CANDIDATE).facts())
    assert (facts["Recipe"], facts["Parameters"], facts["Trained with"]) == ("gate", "27,362", "keras 3.15.1")
    assert (facts["Licence"], facts["Converted with"], facts["Quantization"]) == ("MIT", "measured with x 1", "int8")
    assert "Architecture" not in facts


def test_an_older_manifest_whose_exams_have_no_title(model):
    tell(model, accuracy=[{"set": "test", "top1": 0.9}])
    assert load_candidate(model).claimed == {}


def test_a_model_in_its_run_folder(run):
    found = Subject.of(run, CANDIDATE)
    facts = dict(found.facts())
    assert (facts["Recipe"], facts["Seed"], facts["Architecture"]) == ("gate", "3", "separable")
    assert [row["val_top1"] for row in found.history] == [0.8]
    assert found.threshold("p") is None
    assert not any("/home/me" in value for value in facts.values())


def test_a_model_that_lies_alone(run):
    (run.parent / "config.json").unlink()
    found = Subject.of(run, CANDIDATE)
    assert found.history == []
    assert dict(found.facts())["Size"] == "7 bytes"


@pytest.mark.parametrize("history", [HEADER + "1,0.5\n", HEADER + "1,a,b,c,d,e\n", "epoch,loss\n1,2\n"])
def test_a_damaged_history(run, history):
    (run.parent / "history.csv").write_text(history)
    with pytest.raises(InputError, match=r"history\.csv of this run cannot be read"):
        Subject.of(run, CANDIDATE)
