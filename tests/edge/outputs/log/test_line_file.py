"""Whole lines or none, and one writer."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.outputs.log.line_file import LineFile

ROOT = Path(__file__).parents[4]


def opened(path: Path) -> LineFile:
    return LineFile(path, path.with_name("partial"))


def test_appends_and_knows_its_size(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    file = opened(path)
    file.append(b"two\n")
    assert (file.size, file.unsynced, file.first_line()) == (8, True, b"one")
    file.sync()
    assert not file.unsynced
    file.close()
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_line_that_fits_in_part_leaves_nothing(tmp_path, monkeypatch):
    """As a disk does that is full in the middle of a line: the first write takes some bytes, the second none."""
    file = opened(tmp_path / "log")
    file.append(b"one\n")
    real, answers = os.write, iter([3, None])

    def write(number: int, data: bytes) -> int:
        take = next(answers)
        if take is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(number, data[:take])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        file.append(b"second\n")
    monkeypatch.undo()
    assert (tmp_path / "log").read_bytes() == b"one\n"
    file.append(b"third\n")
    assert (tmp_path / "log").read_bytes() == b"one\nthird\n"
    file.close()


def test_a_second_process_is_refused(tmp_path):
    file = opened(tmp_path / "log")
    code = (
        "import sys; from pathlib import Path; from edge.outputs.log.line_file import LineFile\n"
        "try: LineFile(Path(sys.argv[1]), Path(sys.argv[1] + 'p'))\n"
        "except OSError as error: print(error.strerror)\n"
        "else: print('opened')"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "log")]
    ask = lambda: subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: E731
    assert ask() == "another process is writing it"
    file.close()
    assert ask() == "opened"


def test_notices_that_its_name_leads_elsewhere(tmp_path):
    path = tmp_path / "log"
    file = opened(path)
    assert file.is_at(path)
    path.rename(tmp_path / "moved")
    assert not file.is_at(path)
    path.touch()
    assert not file.is_at(path)
    file.close()


def test_pipes_are_written_as_they_are(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    file = opened(tmp_path / "pipe")
    file.append(b"one\n")
    file.sync()
    assert (file.regular, file.size, os.read(reader, 100)) == (False, 0, b"one\n")
    assert file.is_at(tmp_path / "elsewhere")
    file.close()
    os.close(reader)
