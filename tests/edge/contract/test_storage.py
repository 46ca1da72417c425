import os
import stat

import pytest

from edge.contract import storage
from edge.contract.errors import OutputError
from edge.contract.storage import write_whole


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_writes_and_replaces(tmp_path):
    path = tmp_path / "a.json"
    write_whole(path, b"one")
    write_whole(path, b"\0two")
    assert path.read_bytes() == b"\0two"
    assert names(tmp_path) == ["a.json"]


def test_others_may_read_it(tmp_path):
    write_whole(tmp_path / "a", b"")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_or_its_owner_alone(tmp_path):
    write_whole(tmp_path / "a", b"", mode=0o600)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_it_is_on_the_disk_before_it_takes_the_name(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(storage.os, "fsync", lambda number: (done.append("sync"), fsync(number)))
    monkeypatch.setattr(storage.os, "replace", lambda *names: (done.append("move"), replace(*names)))
    write_whole(tmp_path / "a", b"x")
    assert done == ["sync", "move"]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch, step):
    path = tmp_path / "a"
    write_whole(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, step, full)
    with pytest.raises(OutputError, match=r"a: cannot be written \(No space left on device\)"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("name", ["missing/a", "file/a", "folder"])
def test_a_place_that_cannot_be_written(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(tmp_path / name, b"x")
    assert names(tmp_path) == ["file", "folder"]
