import hashlib

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


def test_a_missing_folder_is_found_before_the_work(tmp_path):
    with pytest.raises(OutputError, match="no such folder"):
        check_writable(tmp_path / "none" / "gate.tflite")
    with pytest.raises(OutputError, match="is a folder"):
        check_writable(tmp_path)
    check_writable(tmp_path / "gate.tflite")
