import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from convert import golden
from convert.__main__ import main
from convert.tflite.flatbuffer import operators, parse
from convert.verification import verify
from edge.contract.classifier import Classifier
from edge.contract.manifest import Manifest, load_manifest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
NAMES = ["manifest", "sha256", "operators", "tensors", "outputs", "pixels", "labels", "settings", "golden"]


@pytest.fixture
def pair(tmp_path) -> Path:
    """A small model as conversion leaves it."""
    path = tmp_path / "mine.tflite"
    shutil.copy(DATA / "tiny_int8.tflite", path)
    data = path.read_bytes()
    shutil.copy(DATA / "tiny_int8.json", tmp_path / "mine.json")
    told = {
        "quantization": {"kind": "int8"},
        "operators": operators(parse(data, "mine")),
        "golden": golden.record(Classifier.load(path, "emotion"), "int8"),
    }
    Manifest.beside(path).write_text(dataclasses.replace(load_manifest(path), provenance=told).to_json())
    return path


def changed(path: Path, **changes) -> dict[str, bool | None]:
    """The answers after an edit of the manifest; `golden` and others are replaced by name."""
    form = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps({**form, **changes}))
    return {check.name: check.passed for check in verify(path)}


def test_what_conversion_writes_passes(pair):
    found = verify(pair)
    assert [check.name for check in found] == NAMES
    assert all(check.passed for check in found), found


@pytest.mark.parametrize("name", ["emotion", "gate"])
def test_shipped_models_pass(name):
    found = verify(ROOT / "models" / f"{name}.tflite")
    assert [check.name for check in found if check.passed is not True] in ([], ["settings"]), found


def test_labels_that_changed_places(pair):
    found = changed(pair, labels=["happy", "angry", "neutral"])
    assert found == {**dict.fromkeys(NAMES, True), "labels": False, "golden": False}


def test_labels_that_changed_places_with_their_digest(pair):
    form = json.loads(pair.with_suffix(".json").read_text())
    labels = ["angry", "neutral", "happy"]
    digest = golden.labels_digest(tuple(labels))
    found = changed(pair, labels=labels, golden={**form["golden"], "labels_sha256": digest})
    assert found == {**dict.fromkeys(NAMES, True), "golden": False}


def test_another_temperature(pair):
    assert changed(pair, temperature=3.0) == {**dict.fromkeys(NAMES, True), "settings": False, "golden": False}
    temperature = json.loads((DATA / "tiny_int8.json").read_text())["temperature"]
    assert changed(pair, temperature=temperature + 0.001) == {**dict.fromkeys(NAMES, True), "settings": False}


def test_another_threshold(pair):
    assert changed(pair, threshold=0.01) == {**dict.fromkeys(NAMES, True), "settings": False}


def test_settings_that_the_manifest_keeps_no_digest_of(pair, capsys):
    form = json.loads(pair.with_suffix(".json").read_text())
    del form["golden"]["settings_sha256"]
    assert changed(pair, **form) == {**dict.fromkeys(NAMES, True), "settings": None}
    assert main(["verify", str(pair)]) == 0
    assert "  -       settings   not checked: logits at temperature" in capsys.readouterr().out


def test_another_output_is_reported(pair):
    form = json.loads(pair.with_suffix(".json").read_text())
    outputs = {name: {**output, "tensor": "none"} for name, output in form["outputs"].items()}
    found = changed(pair, outputs=outputs)
    assert (found["tensors"], found["golden"]) == (False, None)


@pytest.mark.parametrize("change", ["other tensor", "other kind", "left out"])
def test_outputs_that_are_not_those_of_the_file(tmp_path, change):
    for suffix in (".tflite", ".json"):
        shutil.copy(ROOT / "models" / f"emotion{suffix}", tmp_path / f"mine{suffix}")
    outputs = json.loads((tmp_path / "mine.json").read_text())["outputs"]
    if change == "left out":
        del outputs["embedding"]
    elif change == "other tensor":
        outputs["logits_fer2013"]["tensor"] = outputs["logits"]["tensor"]
    else:
        outputs["logits_fer2013"]["kind"] = "embedding"
    changed(tmp_path / "mine.tflite", outputs=outputs)
    failed = [check for check in verify(tmp_path / "mine.tflite") if check.passed is False]
    assert [check.name for check in failed] == ["outputs", "settings"]
    assert failed[0].found.endswith("embedding" if change == "left out" else "logits_fer2013")


def test_other_bytes_are_not_looked_into(pair):
    pair.write_bytes(pair.read_bytes() + b"\0")
    found = {check.name: check for check in verify(pair)}
    assert [found[name].passed for name in NAMES] == [True, False, *[None] * 7]
    assert found["golden"].found == "not checked: sha256 failed"


def test_without_the_file_s_schema_an_intact_model_has_not_failed(pair, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.schema_py_generated", None)
    monkeypatch.delattr("ai_edge_litert.schema_py_generated", raising=False)
    found = {check.name: check.passed for check in verify(pair)}
    assert found == {**dict.fromkeys(NAMES, True), "operators": None, "outputs": None}
    assert main(["verify", str(pair)]) == 0
    assert "  -       operators  not checked: only ai-edge-litert reads" in capsys.readouterr().out


def test_operators_that_are_not_those_of_the_file(pair):
    assert changed(pair, operators={"CONV_2D": 1})["operators"] is False


def test_operators_that_the_oldest_runtime_lacks(pair, monkeypatch):
    monkeypatch.setattr("convert.tflite.runtimes.HIGHEST", {"CONV_2D": 1})
    found = {check.name: check for check in verify(pair)}["operators"]
    assert (found.passed, "CONV_2D version" in found.found) == (False, True)


def test_pixels_that_do_not_go_in_as_they_come():
    found = {check.name: check for check in verify(DATA / "tiny_uint8.tflite")}
    assert (found["tensors"].passed, found["pixels"].passed) == (True, False)
    assert "scale 0.8, zero point 40" in found["pixels"].found


def test_a_kind_that_is_not_the_file_s(pair):
    assert changed(pair, quantization={"kind": "float32"})["pixels"] is False


@pytest.mark.parametrize("told", [None, "int8", []])
def test_a_manifest_that_does_not_say_its_kind(pair, told):
    assert changed(pair, quantization=told) == {**dict.fromkeys(NAMES, True), "pixels": False}


@pytest.mark.parametrize("broken", [None, [], {"tolerance": 0.1}, {"labels_sha256": 1, "pictures": {}}])
def test_a_manifest_without_golden_answers(pair, broken):
    found = changed(pair, golden=broken)
    assert (found["tensors"], found["golden"]) == (True, False)


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 1}'])
def test_a_manifest_that_is_none(pair, text):
    pair.with_suffix(".json").write_text(text)
    assert [check.passed for check in verify(pair)] == [False, *[None] * 8]


def test_a_line_for_each_check_and_the_exit_code(pair, capsys):
    assert main(["verify", str(pair)]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["ok"] * 9
    changed(pair, temperature=3.0)
    assert main(["verify", str(pair)]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split()[:2] == ["FAILED", "golden"]
    assert "off, at most 0.1 allowed" in last


def test_json(pair, capsys):
    assert main(["verify", "--json", str(pair), str(pair)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["model"] for one in found] == [str(pair)] * 2
    assert found[0]["checks"][0] == {"name": "manifest", "passed": True, "found": "emotion, 3 labels"}


def test_no_such_file(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "none.tflite")]) == 64
    assert (
        capsys.readouterr().err == f"convert: {tmp_path / 'none.tflite'}: cannot be read (No such file or directory)\n"
    )


def test_it_needs_no_tensorflow(pair):
    code = (
        "import sys; from convert.__main__ import main; code = main(sys.argv[1:])\n"
        "sys.exit(code or int(bool({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules))) * 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, "verify", str(pair)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
