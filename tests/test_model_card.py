"""The model card says what the manifests say."""

import json
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[1] / "models"
CARD = (MODELS / "README.md").read_text()


@pytest.mark.parametrize("name", ["emotion", "gate"])
def test_its_figures_are_those_of_the_manifest(name):
    manifest = json.loads((MODELS / f"{name}.json").read_text())
    reported = [entry for entry in manifest["accuracy"] if "PrivateTest" in entry["set"]]
    assert reported
    for entry in reported:
        (row,) = [line for line in CARD.splitlines() if f"**{entry['top1']:.1%}**" in line]
        assert f"{entry['images']:,}" in row
        assert entry["set"] in row
    assert f"`{manifest['training']['command']}`" in CARD
    assert f"{(MODELS / f'{name}.tflite').stat().st_size / 2**20:.2f} MiB" in CARD


def test_it_states_temperature_and_threshold():
    manifest = json.loads((MODELS / "emotion.json").read_text())
    assert f"temperature of {manifest['temperature']} " in CARD
    assert f"probability of {manifest['threshold']} " in CARD


def test_each_model_keeps_to_its_size():
    assert (MODELS / "emotion.tflite").stat().st_size <= 2 * 2**20
