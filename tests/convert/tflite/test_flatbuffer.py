from pathlib import Path

import pytest

from convert.tflite.flatbuffer import parse, read_facts
from edge.contract.errors import ConfigurationError, InputError
from edge.contract.manifest import load_manifest

DATA = Path(__file__).parents[2] / "data"
MODELS = Path(__file__).parents[3] / "models"


@pytest.mark.parametrize("name", ["emotion", "gate"])
def test_it_says_what_the_manifest_says(name):
    path = MODELS / f"{name}.tflite"
    facts, manifest = read_facts(path.read_bytes()), load_manifest(path)
    assert (facts.input, facts.outputs) == (manifest.input, manifest.outputs)
    assert facts.operators == manifest.provenance["operators"]


def test_another_file():
    with pytest.raises(InputError, match="mine: not a TFLite model"):
        parse(b"something else", "mine")


def test_a_package_that_is_not_there(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    with pytest.raises(ConfigurationError, match="pip install ai-edge-litert"):
        parse((DATA / "tiny_int8.tflite").read_bytes(), "mine")
