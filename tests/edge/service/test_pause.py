"""The file that stops the analysis."""

import os
from pathlib import Path

import pytest

from edge.service.pause import Pause


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_noticed_within_a_second_and_looked_for_no_more_than_once_in_it(tmp_path):
    file, clock = tmp_path / "pause", Clock()
    pause = Pause(file, clock)
    assert not pause.active
    file.touch()
    clock.now += 0.9
    assert not pause.active
    clock.now += 0.1
    assert pause.active
    file.unlink()
    clock.now += 0.5
    assert pause.active
    clock.now += 0.5
    assert not pause.active


def test_it_is_looked_for_at_the_first_question(tmp_path):
    (tmp_path / "pause").touch()
    assert Pause(tmp_path / "pause", Clock()).active


def test_no_file_is_never_paused():
    assert not Pause(None, Clock()).active


def test_a_folder_that_is_not_there_is_no_pause(tmp_path):
    assert not Pause(tmp_path / "nowhere" / "pause", Clock()).active
    (tmp_path / "file").touch()
    assert not Pause(tmp_path / "file" / "pause", Clock()).active


def test_whatever_was_put_there_counts(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    assert Pause(tmp_path / "folder", Clock()).active
    assert Pause(tmp_path / "link", Clock()).active


def test_what_cannot_be_known_is_a_pause(tmp_path, monkeypatch):
    def denied(path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", denied)
    assert Pause(tmp_path / "pause", Clock()).active


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_a_pause(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        assert Pause(closed / "pause", Clock()).active
    finally:
        closed.chmod(0o700)
