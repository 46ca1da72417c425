"""A runtime that is missing or of the wrong kind; models that were changed, cut or mixed up."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from edge.contract.places import models_folder
from edge.service.configuration import Configuration, Vision
from edge.tools.doctor.checks.models import check_models, check_runtime
from tests.edge.tools.doctor.conftest import only, virtual

OLD = """
import sys, types
class Interpreter:
    def __init__(self, model_content, num_threads):
        import numpy
        if {broken}:
            raise SystemError("<built-in method CreateWrapperFromBuffer> returned a result with an exception set")
    def allocate_tensors(self): pass
    def invoke(self): pass
Interpreter.__module__ = 'tflite_runtime.interpreter'
interpreter = types.ModuleType('tflite_runtime.interpreter'); interpreter.Interpreter = Interpreter
sys.modules['tflite_runtime.interpreter'] = interpreter
__path__ = []
"""
"""tflite-runtime 2.14.0 as it was seen to behave beside numpy 2: it imports, and fails at the first model."""


@pytest.fixture
def setup(setup, tmp_path):
    """In a virtual environment, where the commands are pip's."""
    return replace(setup, host=virtual(setup.host, tmp_path / "venv", apt=False))


@pytest.fixture
def models(tmp_path, setup):
    """A copy of the shipped models, and the settings that name it."""
    folder = tmp_path / "models"
    folder.mkdir()
    for task in ("emotion", "gate"):
        for suffix in (".tflite", ".json"):
            shutil.copy(models_folder() / f"{task}{suffix}", folder)
    return folder, replace(setup, settings=Configuration(vision=Vision(models=folder)))


def test_the_runtime_and_the_models_that_are_here(setup):
    found = list(check_models(setup))
    assert [(finding.check, finding.state) for finding in found] == [
        ("runtime", "ok"),
        ("emotion model", "ok"),
        ("emotion answers", "ok"),
        ("gate model", "ok"),
        ("gate answers", "ok"),
    ]


def test_no_runtime(setup, library):
    library("ai_edge_litert", "missing")
    library("tflite_runtime", "missing")
    found = check_runtime(setup)
    assert (found.state, found.text) == ("problem", "none is installed")
    assert "pip install 'ai-edge-litert>=2.1,<3'" in found.mend[0]


@pytest.fixture
def old_runtime(library, tmp_path):
    """Put in place of the new one."""

    def put(broken: bool) -> None:
        library("ai_edge_litert", "missing")
        library("tflite_runtime", OLD.format(broken=broken))
        described = tmp_path / "libraries" / "tflite_runtime-2.14.0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text("Metadata-Version: 2.1\nName: tflite-runtime\nVersion: 2.14.0\n")

    return put


@pytest.mark.parametrize(("processor", "wanted"), [("armv7l", "numpy>=1.24,<2"), ("x86_64", "ai-edge-litert>=2.1,<3")])
def test_the_old_runtime_beside_numpy_2(setup, old_runtime, library, monkeypatch, processor, wanted):
    old_runtime(broken=True)
    real = "import sys\nsys.path.remove(__file__.rpartition('/')[0])\ndel sys.modules['numpy']\nimport numpy\n"
    library("numpy", real + "numpy.__version__ = '2.2.6'\n")
    # The stand-ins' folder must stay on the path for the runtime itself.
    library("sitecustomize", "import numpy, sys; sys.path.insert(0, __file__.rpartition('/')[0])")
    found = check_runtime(replace(setup, host=replace(setup.host, machine=processor)))
    assert (found.state, found.text) == (
        "problem",
        "tflite-runtime 2.14.0 is built for numpy 1, and this is numpy 2.2.6",
    )
    assert found.mend[0].endswith(f"pip install '{wanted}'")
    monkeypatch.setattr(type(setup.host), "managed", property(lambda host: True))
    (make, *_) = check_runtime(replace(setup, host=replace(setup.host, machine=processor))).mend
    assert "-m venv" in make


def test_the_old_runtime_that_fails_for_another_reason(setup, old_runtime):
    old_runtime(broken=True)
    found = check_runtime(setup)
    assert found.state == "problem"
    assert "SystemError" in found.text or "built for numpy 1" in found.text


def test_the_old_runtime_is_slow_where_there_is_a_new_one(setup, old_runtime):
    old_runtime(broken=False)
    found = check_runtime(setup)
    assert found.state == "note"
    assert "tflite-runtime 2.14.0" in found.text
    assert "ai-edge-litert" in found.mend[0]
    on_arm = replace(setup, host=replace(setup.host, machine="armv7l"))
    assert check_runtime(on_arm).state == "ok", "there it is the only one"


def test_a_runtime_that_the_processor_cannot_run(setup, library):
    library("ai_edge_litert", "other processor")
    found = list(check_models(setup))
    assert only(found, "runtime").state == "problem"
    assert "newer processor" in only(found, "runtime").text
    assert only(found, "gate model").state == "ok"
    assert only(found, "gate answers").state == "skipped"


def test_a_distribution_s_python_is_not_told_to_replace_what_pip_may_not_touch(setup, library, monkeypatch, tmp_path):
    """PEP 668: pip refuses there, however it is asked."""
    monkeypatch.setattr(type(setup.host), "managed", property(lambda host: True))
    library("ai_edge_litert", "other processor")
    assert check_runtime(setup).mend == setup.host.new_environment()
    monkeypatch.setattr("edge.tools.doctor.checks.models.models_folder", lambda: tmp_path)
    installed = replace(setup, host=replace(setup.host, package=tmp_path / "edge"))
    assert only(list(check_models(installed)), "gate model").mend == installed.host.new_environment()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (flip, "is not the file its manifest describes: sha256"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "is not the file its manifest describes: sha256"),
        (Path.unlink, "cannot be read (No such file or directory)"),
        (lambda path: path.with_suffix(".json").unlink(), "its manifest cannot be read"),
        (lambda path: path.with_suffix(".json").write_text("{"), "not a usable manifest"),
    ],
)
def test_files_that_were_changed_or_lost(models, harm, words):
    folder, setup = models
    harm(folder / "gate.tflite")
    found = list(check_models(setup))
    assert only(found, "gate model").state == "problem"
    assert words in only(found, "gate model").text
    assert only(found, "gate model").mend
    assert only(found, "emotion model").state == "ok"
    assert not [finding for finding in found if finding.check == "gate answers"], "not even tried"


def test_a_manifest_with_another_temperature(models):
    """Its hash is of the model alone: only the answers tell."""
    folder, setup = models
    file = folder / "emotion.json"
    form = json.loads(file.read_text())
    file.write_text(json.dumps({**form, "temperature": 5.0}))
    found = list(check_models(setup))
    assert only(found, "emotion model").state == "ok"
    answers = only(found, "emotion answers")
    assert answers.state == "problem"
    assert answers.text.startswith("not as recorded")


def test_a_model_for_another_task(models):
    folder, setup = models
    for suffix in (".tflite", ".json"):
        shutil.copy(folder / f"gate{suffix}", folder / f"emotion{suffix}")
    found = only(list(check_models(setup)), "emotion answers")
    assert found.state == "problem"
    assert "for the task gate" in found.text


def test_the_shipped_files_come_back_from_where_they_came(setup, monkeypatch, tmp_path):
    monkeypatch.setattr("edge.tools.doctor.checks.models.models_folder", lambda: tmp_path)
    assert "checkout -- models" in only(list(check_models(setup)), "gate model").mend[0]
    setup = replace(setup, host=replace(setup.host, package=tmp_path / "edge"))
    assert "--force-reinstall --no-deps" in only(list(check_models(setup)), "gate model").mend[0]
