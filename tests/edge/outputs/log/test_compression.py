"""Compressing in the background: whole or not at all, and out of the way."""

import errno
import gzip
import os
import threading
from datetime import date

import pytest

from edge.outputs.log import compression
from edge.outputs.log.compression import Compressor, compress
from edge.outputs.log.naming import LogName, Rotated


@pytest.fixture
def file(tmp_path) -> Rotated:
    file = LogName(tmp_path / "log.jsonl").following([], date(2026, 1, 31))
    file.plain.write_bytes(b'{"event":"face"}\n' * 50_000)
    os.utime(file.plain, (1_000_000_000, 1_000_000_000))
    file.plain.chmod(0o640)
    return file


def test_replaces_the_plain_file(file, tmp_path):
    content = file.plain.read_bytes()
    compress(file, threading.Lock())
    assert list(tmp_path.iterdir()) == [file.packed]
    assert gzip.decompress(file.packed.read_bytes()) == content
    assert file.packed.stat().st_size < len(content) / 50
    assert file.packed.stat().st_mtime == 1_000_000_000
    assert file.packed.stat().st_mode & 0o777 == 0o640, "nobody may read it who could not before"


def test_gives_up_when_asked(file, tmp_path):
    answers = iter([False, False, True])
    compress(file, threading.Lock(), lambda: next(answers))
    assert list(tmp_path.iterdir()) == [file.plain]


def test_does_not_bring_back_what_was_deleted_meanwhile(file, tmp_path):
    def delete() -> bool:
        file.plain.unlink(missing_ok=True)
        return False

    compress(file, threading.Lock(), delete)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_plain_file_and_nothing_else(file, tmp_path, monkeypatch):
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        compress(file, threading.Lock())
    assert list(tmp_path.iterdir()) == [file.plain]


def test_one_that_fails_does_not_keep_the_next_from_it(file, tmp_path):
    missing = LogName(tmp_path / "log.jsonl").following([file], date(2026, 1, 31))
    compressor = Compressor(threading.Lock())
    compressor.add([missing, file])
    assert compressor.finish(10)
    assert list(tmp_path.iterdir()) == [file.packed]


def test_works_at_the_lowest_priority_in_a_thread(file, monkeypatch):
    seen = []
    real = compression.compress

    def look(*arguments) -> None:
        seen.append((os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), threading.current_thread().daemon))
        real(*arguments)

    before = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(compression, "compress", look)
    compressor = Compressor(threading.Lock())
    compressor.add([file])
    assert compressor.finish(10)
    assert seen == [(19, True)]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_closing_does_not_wait_for_a_large_file(file, tmp_path, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    real = compression._copy

    def slow(plain, packed, stopped) -> bool:
        begun.set()
        go_on.wait(10)
        return real(plain, packed, stopped)

    monkeypatch.setattr(compression, "_copy", slow)
    compressor = Compressor(threading.Lock())
    compressor.add([file])
    assert begun.wait(10)
    threading.Timer(0.05, go_on.set).start()
    compressor.close()
    assert list(tmp_path.iterdir()) == [file.plain]
    compressor.add([file])
    assert compressor.finish(10)
    assert list(tmp_path.iterdir()) == [file.plain], "a closed one compresses nothing more"
