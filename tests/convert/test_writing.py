import hashlib
import os
from pathlib import Path

import pytest

from convert.writing import check_writable, write_pair
from edge.contract.errors import OutputError
from edge.contract.manifest import Input, Manifest, Output, load_manifest

DATA = b"the new model"
MANIFEST = Manifest(
    "gate",
    hashlib.sha256(DATA).hexdigest(),
    ("other", "human"),
    Input(48, 48, 1, "int8", 1.0, -128),
    {"probabilities": Output("out", "probabilities", 2)},
    "probabilities",
)


def test_both_files_are_written(tmp_path):
    path = tmp_path / "gate.tflite"
    write_pair(path, DATA, MANIFEST)
    assert path.read_bytes() == DATA
    assert load_manifest(path) == MANIFEST
    assert sorted(file.name for file in tmp_path.iterdir()) == ["gate.json", "gate.tflite"]


@pytest.mark.parametrize("before", [b"the old model", None])
def test_a_manifest_that_cannot_be_written_takes_the_model_back(tmp_path, before):
    path = tmp_path / "gate.tflite"
    if before:
        path.write_bytes(before)
    (tmp_path / "gate.json").mkdir()  # cannot be replaced by a file
    with pytest.raises(OutputError, match=r"gate\.json: cannot be written"):
        write_pair(path, DATA, MANIFEST)
    assert (path.read_bytes() if path.exists() else None) == before
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


@pytest.fixture(params=[KeyboardInterrupt, SystemExit])
def interrupted(request, monkeypatch):
    """Interrupts what follows, before or after a file is moved to its place."""
    replace = os.replace

    def interrupted(name: str, after: bool) -> None:
        def stopping(source, target):
            if Path(target).name != name:
                return replace(source, target)
            monkeypatch.setattr(os, "replace", replace)
            if after:
                replace(source, target)
            raise request.param

        monkeypatch.setattr(os, "replace", stopping)

    interrupted.error = request.param
    return interrupted


@pytest.mark.parametrize("before", [b"the old model", None])
@pytest.mark.parametrize(
    ("name", "after", "both"),
    [
        ("gate.tflite", False, False),
        ("gate.tflite", True, False),
        ("gate.json", False, False),
        ("gate.json", True, True),
    ],
)
def test_an_interruption_leaves_both_files_or_neither(tmp_path, interrupted, before, name, after, both):
    path, beside = tmp_path / "gate.tflite", tmp_path / "gate.json"
    for file in (path, beside) if before else ():
        file.write_bytes(before)
    interrupted(name, after)
    with pytest.raises(interrupted.error):
        write_pair(path, DATA, MANIFEST)
    found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    old = {} if before is None else {"gate.tflite": before, "gate.json": before}
    assert found == ({"gate.tflite": DATA, "gate.json": MANIFEST.to_json().encode()} if both else old)


def test_both_are_on_the_disk_before_either_is_in_its_place(tmp_path, monkeypatch):
    synced, moved = [], []
    fsync, replace = os.fsync, os.replace

    def noted(descriptor):
        synced.append(os.fstat(descriptor).st_size)
        fsync(descriptor)

    def move(source, target):
        moved.append((Path(target).name, sorted(set(synced))))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", move)
    write_pair(tmp_path / "gate.tflite", DATA, MANIFEST)
    sizes = sorted([len(DATA), len(MANIFEST.to_json())])
    assert moved == [("gate.tflite", sizes), ("gate.json", sizes)]


def test_a_missing_folder_is_found_before_the_work(tmp_path):
    with pytest.raises(OutputError, match="no such folder"):
        check_writable(tmp_path / "none" / "gate.tflite")
    with pytest.raises(OutputError, match="is a folder"):
        check_writable(tmp_path)
    check_writable(tmp_path / "gate.tflite")
