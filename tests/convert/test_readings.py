import dataclasses

import pytest

from convert.readings import with_earlier
from edge.contract.manifest import Input, Manifest, Output

TRAINED, FIRST, SECOND, THIRD = ({"by": "convert", "set": "test", "time": time} for time in "0123")
MANIFEST = Manifest(
    "gate",
    "0" * 64,
    ("other", "human"),
    Input(48, 48, 1, "int8", 1.0, -128),
    {"probabilities": Output("out", "probabilities", 2)},
    "probabilities",
)


def told(*readings, network: str | None = "a") -> Manifest:
    origin = {} if network is None else {"origin": {"format": "keras", "sha256": network}}
    return dataclasses.replace(MANIFEST, provenance={**origin, "readings": list(readings)})


def lay(folder, manifest: Manifest):
    (folder / "gate.json").write_text(manifest.to_json())
    return folder / "gate.tflite"


def test_readings_of_earlier_conversions_stay_each_once(tmp_path):
    path = tmp_path / "gate.tflite"
    for own, kept in ((FIRST, [TRAINED, FIRST]), (SECOND, [TRAINED, FIRST, SECOND])):
        manifest = with_earlier(told(TRAINED, own), path)
        assert manifest.provenance["readings"] == kept
        assert dataclasses.replace(manifest, provenance={}) == MANIFEST
        lay(tmp_path, manifest)


@pytest.mark.parametrize(("before", "now"), [("b", "a"), (None, "a"), ("a", None), (None, None)])
def test_those_of_another_network_do_not(tmp_path, before, now):
    path = lay(tmp_path, told(FIRST, network=before))
    assert with_earlier(told(SECOND, network=now), path) == told(SECOND, network=now)


@pytest.mark.parametrize("text", ["old manifest", "{}", "[]"])
def test_what_is_no_manifest_tells_of_none(tmp_path, text):
    (tmp_path / "gate.json").write_text(text)
    assert with_earlier(told(FIRST), tmp_path / "gate.tflite") == told(FIRST)


@pytest.mark.parametrize("broken", [{"readings": "many"}, {"readings": None}, {"origin": "here"}])
def test_an_earlier_manifest_that_was_edited(tmp_path, broken):
    edited = dataclasses.replace(told(FIRST), provenance={**told(FIRST).provenance, **broken})
    assert with_earlier(told(SECOND), lay(tmp_path, edited)) == told(SECOND)
