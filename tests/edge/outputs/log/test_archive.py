"""What is deleted, when, and in which order."""

import os
import threading
from collections import namedtuple
from datetime import date, timedelta

import pytest

from edge.outputs.log import archive, compression
from edge.outputs.log.archive import Archive
from edge.outputs.log.naming import LogName
from tests.edge.outputs.log.files import DAY, everything, rotating

TODAY = date(2026, 3, 1)


def put(folder, number: int, day: str, size: int = 100, packed: bool = True) -> str:
    name = f"log.{number:06}.{day}.jsonl" + (".gz" if packed else "")
    (folder / name).write_bytes(b"x" * size)
    return name


def left(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_old_files_go(tmp_path, limits):
    days = [TODAY - timedelta(age) for age in (100, 31, 30, 1, 0)]
    names = [put(tmp_path, number, str(day)) for number, day in enumerate(days, 1)]
    Archive(LogName(tmp_path / "log.jsonl"), limits(days=30)).trim(TODAY)
    assert left(tmp_path) == names[2:]


def test_nothing_goes_by_age_unless_asked(tmp_path, limits):
    put(tmp_path, 1, "2021-01-01")
    Archive(LogName(tmp_path / "log.jsonl"), limits()).trim(TODAY)
    assert len(left(tmp_path)) == 1


def test_a_file_from_before_the_clock_was_set_is_as_old_as_the_next(tmp_path, limits):
    names = [put(tmp_path, 1, "1970-01-01"), put(tmp_path, 2, "2026-02-28"), put(tmp_path, 3, "1970-01-02")]
    Archive(LogName(tmp_path / "log.jsonl"), limits(days=30)).trim(TODAY)
    assert left(tmp_path) == names
    Archive(LogName(tmp_path / "log.jsonl"), limits(days=30)).trim(TODAY + timedelta(30))
    assert left(tmp_path) == names[2:], "the last was written after the second, today for all that is known"


def test_a_file_from_the_future_is_as_old_as_the_next(tmp_path, limits):
    """The clock jumped once, and was put right."""
    days = ["2036-01-01", "2026-01-02", "2026-01-03", "2027-01-01", "2026-02-27"]
    names = [put(tmp_path, number, day) for number, day in enumerate(days, 1)]
    Archive(LogName(tmp_path / "log.jsonl"), limits(days=7)).trim(TODAY)
    assert left(tmp_path) == names[3:]
    Archive(LogName(tmp_path / "log.jsonl"), limits(days=7)).trim(TODAY + timedelta(30))
    assert left(tmp_path) == []


def test_all_files_together_stay_within_the_total(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(size=1000, total=5000, sync=0))
    most = 0
    written = [f'"{number:04} ' + os.urandom(60).hex() + '"' for number in range(120)]
    for line in written:
        log.write(f"{line}\n".encode(), DAY)
        log.finish()
        most = max(most, sum(file.stat().st_size for file in tmp_path.iterdir()))
    log.close()
    kept = everything(path)
    assert 3000 < most <= 5000
    assert kept == written[-len(kept) :], "the oldest went first, and none in between"
    assert len(kept) > 40, "compressing made room for more"


def test_a_file_that_was_just_compressed_counts_once(tmp_path, limits, monkeypatch):
    path = tmp_path / "log.jsonl"
    text = os.urandom(1000).hex().encode()
    packed, removing, trimmed = threading.Event(), threading.Event(), threading.Event()

    def synced(folder) -> None:
        if threading.current_thread() is not threading.main_thread():
            packed.set()  # from here both are there, until the plain one is removed
            assert removing.wait(10)

    monkeypatch.setattr(compression, "sync_folder", synced)
    oldest = put(tmp_path, 1, str(DAY), size=1000)
    path.write_bytes(text)
    kept = Archive(LogName(path), limits(size=100, total=3200))
    kept.put_away(path, DAY)
    assert packed.wait(10)
    trimming = threading.Thread(target=lambda: (kept.trim(DAY), trimmed.set()))
    trimming.start()
    assert not trimmed.wait(0.2)
    removing.set()
    trimming.join()
    assert oldest in left(tmp_path)
    assert len(left(tmp_path)) == 2


def free(monkeypatch, answer) -> None:
    system = namedtuple("System", "f_bavail f_blocks f_frsize")
    monkeypatch.setattr(archive.os, "statvfs", lambda folder: system(answer(), 10**12, 1))


def test_the_oldest_go_until_enough_is_free(tmp_path, limits, monkeypatch):
    names = [put(tmp_path, number, "2026-01-31", size=100) for number in range(1, 6)]
    free(monkeypatch, lambda: 1000 - sum(file.stat().st_size for file in tmp_path.iterdir()))
    kept = Archive(LogName(tmp_path / "log.jsonl"), limits(free=650))
    assert kept.make_room(30) is None
    assert left(tmp_path) == names[2:]
    assert kept.make_room(400) == 650
    assert left(tmp_path) == []


def test_the_free_space_is_kept_by_not_writing(tmp_path, limits, monkeypatch):
    log = rotating(tmp_path / "log.jsonl", limits(free=32_000_000))
    free(monkeypatch, lambda: 32_000_005)
    log.write(b'"1"\n', DAY)
    with pytest.raises(OSError, match="less than 32,000,000 bytes free"):
        log.write(b'"12345"\n', DAY)
    log.close()
    assert (tmp_path / "log.jsonl").read_text() == '"1"\n'


def test_recovery_after_a_kill_in_mid_compression(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    plain = put(tmp_path, 1, "2026-01-31", packed=False)
    put(tmp_path, 1, "2026-01-31", size=7)
    (tmp_path / "log.000001.2026-01-31.jsonl.gz.tmp").write_bytes(b"half")
    (tmp_path / "other.000001.2026-01-31.jsonl.gz.tmp").write_bytes(b"not ours")
    log = rotating(path, limits())
    log.finish()
    log.close()
    assert left(tmp_path) == ["log.000001.2026-01-31.jsonl.gz", "log.jsonl", "other.000001.2026-01-31.jsonl.gz.tmp"]
    assert everything(path) == ["x" * 100], "the plain file is the one that is whole for certain"
    assert not (tmp_path / plain).exists()
