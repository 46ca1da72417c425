"""Rotation by size and day, syncing by the clock, and opening again."""

import errno
import os
import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from edge.outputs.log.naming import LogName
from edge.outputs.log.reader import LogReader
from tests.edge.outputs.log.files import DAY, everything, rotating


def test_a_file_is_rotated_before_it_grows_beyond_its_size(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(size=25))
    written = [f'"line {number}"' for number in range(10)]
    for line in written:
        log.write(f"{line}\n".encode(), DAY)
    log.finish()
    assert [file.number for file in LogName(path).rotated()] == [1, 2, 3, 4]
    assert path.stat().st_size == 18
    assert everything(path) == written
    log.close()


def test_a_line_longer_than_a_file_gets_its_own(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(size=5))
    for line in (b'"first long line"\n', b'"second"\n'):
        log.write(line, DAY)
    log.finish()
    assert everything(path) == ['"first long line"', '"second"']
    assert len(LogName(path).rotated()) == 1, "no empty file is put away"
    log.close()


def test_each_utc_day_has_its_own_file(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits())
    for day in (DAY, DAY, DAY + timedelta(1), DAY - timedelta(30), DAY - timedelta(30)):
        log.write(b'{"a":1}\n', day)
    log.close()
    names = [file.plain.name for file in LogName(path).rotated()]
    assert names == ["log.000001.2026-01-31.jsonl", "log.000002.2026-02-01.jsonl"]
    assert len(everything(path)) == 5


@pytest.mark.parametrize("first", ['{"ts":"2026-01-30T23:59:59.999Z"}\n', "broken\n", "[" * 3000 + "\n"])
def test_a_log_of_yesterday_is_rotated_by_the_first_event_of_today(tmp_path, limits, first):
    path = tmp_path / "log.jsonl"
    path.write_text(first)
    os.utime(path, (1_769_800_000, 1_769_800_000))  # 2026-01-30, for where the line does not say it
    log = rotating(path, limits())
    log.write(b'{"today":1}\n', DAY)
    log.finish()
    assert path.read_text() == '{"today":1}\n'
    assert [file.day for file in LogName(path).rotated()] == [date(2026, 1, 30)]
    log.close()


def test_a_log_of_today_is_continued(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    for _ in range(3):
        log = rotating(path, limits())
        log.write(b'{"ts":"2026-01-31T00:00:00.000Z"}\n', DAY)
        log.close()
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.parametrize("target", ["card/real.jsonl", "../card/real.jsonl"])
@pytest.mark.parametrize("there", [False, True])
def test_of_a_symbolic_link_the_file_behind_it_is_rotated(tmp_path, limits, target, there):
    """As where /var/log/... leads to another disk."""
    path = tmp_path / "logs" / "log.jsonl"
    path.parent.mkdir()
    path.symlink_to(target)
    real = path.parent / target
    written = [f'{{"event":"face","ts":"2026-01-31T00:00:0{number}Z"}}' for number in range(6)]
    if there:
        real.parent.mkdir()
        real.write_text(written.pop(0) + "\n")
    log = rotating(path, limits(size=100))
    for line in written:
        log.write(f"{line}\n".encode(), DAY)
    log.finish()
    log.close()
    assert str(path.readlink()) == target
    assert [each.name for each in path.parent.iterdir() if each.is_file() or each.is_symlink()] == ["log.jsonl"]
    assert len(LogName(real).rotated()) == 2
    assert len(everything(real)) == 6
    for given in ([path], [real], [path, real], [real, *sorted(real.parent.iterdir()), path]):
        assert [entry.event["ts"][18] for entry in LogReader(given)] == [str(number) for number in range(6)]


def test_a_link_to_a_pipe_is_written_as_it_is(tmp_path, limits):
    """/dev/stdout leads to what has no name."""
    reading, writing = os.pipe()
    path = tmp_path / "log.jsonl"
    path.symlink_to(f"/proc/self/fd/{writing}")
    log = rotating(path, limits(size=5))
    for _ in range(3):
        log.write(b'"line"\n', DAY)
    log.close()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b'"line"\n' * 3


def test_a_link_to_itself_is_an_error_like_any_other(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    path.symlink_to(path)
    with pytest.raises(OSError, match="symbolic links"):
        rotating(path, limits())
    with pytest.raises(InputError, match=r"cannot be read .*symbolic links"):
        list(LogReader([path]))


def test_lines_are_synced_when_they_have_waited_long_enough(tmp_path, limits, clock, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fdatasync", lambda number: synced.append(clock.seconds))
    log = rotating(tmp_path / "log.jsonl", limits(sync=5.0), clock)
    for _ in range(20):
        log.write(b"{}\n", DAY)
        log.tick()
        clock.seconds += 1
    assert synced == [105.0, 111.0, 117.0], "each line waits 5 s at most, and then all do"
    clock.seconds += 60
    log.tick()
    log.tick()
    assert len(synced) == 4, "nothing to sync, no call"
    log.close()
    assert len(synced) == 4


def test_reopen_follows_logrotate(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits())
    log.write(b'"one"\n', DAY)
    path.rename(tmp_path / "log.jsonl.1")
    log.write(b'"two"\n', DAY)
    log.reopen()
    log.write(b'"three"\n', DAY)
    assert (tmp_path / "log.jsonl.1").read_text() == '"one"\n"two"\n'
    assert path.read_text() == '"three"\n'
    log.close()


@pytest.mark.parametrize("take", ["rename", "unlink"])
def test_a_file_taken_away_without_a_word_is_noticed_when_syncing(tmp_path, limits, clock, take):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(), clock)
    log.write(b'"one"\n', DAY)
    path.rename(tmp_path / "away") if take == "rename" else path.unlink()
    clock.seconds += 6
    log.tick()
    log.write(b'"two"\n', DAY)
    assert path.read_text() == '"two"\n'
    log.close()


def test_after_an_error_the_file_is_opened_again(tmp_path, limits, monkeypatch):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits())
    real = os.write
    monkeypatch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        log.write(b'"one"\n', DAY)
    monkeypatch.setattr(os, "write", real)
    path.rename(tmp_path / "old")
    log.write(b'"two"\n', DAY)
    assert path.read_text() == '"two"\n', "opened by its name, not written to what it was"
    log.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write a file for somebody else")
def test_in_somebody_elses_folder_the_log_is_written_if_not_rotated(tmp_path, limits, caplog):
    """As with `--log /var/log/mine.jsonl`. In a fork, which gives up being root."""
    path = tmp_path / "theirs" / "log.jsonl"
    path.parent.mkdir()
    path.write_text('"half a li')
    os.chown(path, 65534, 65534)
    path.parent.chmod(0o755)
    with warnings.catch_warnings():  # numpy has threads, which the child leaves alone
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(path.parent)  # as root still: the folders above are not for everybody
            os.setuid(65534)
            log = rotating(Path("log.jsonl"), limits(size=8))
            for _ in range(3):
                log.write(b'"line"\n', DAY)
            log.close()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert path.read_text() == '"half a li\n' + '"line"\n' * 3
    assert list(path.parent.iterdir()) == [path]


def test_closing_has_the_last_lines_reach_the_disk(tmp_path, limits, monkeypatch):
    path, synced = tmp_path / "log.jsonl", []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda file: (real(file), synced.append(os.fstat(file).st_size)))
    log = rotating(path, limits(sync=1000))
    log.write(b'{"line":1}\n', DAY)
    log.tick()
    assert synced == []
    log.close()
    assert synced == [path.stat().st_size]
