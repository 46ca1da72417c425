"""Killed, or refused by the disk, at every call to the system: no line is lost or doubled."""

import errno
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from edge.outputs.log.limits import Limits
from edge.outputs.log.reader import LogReader
from tests.edge.outputs.log import killing, living
from tests.edge.outputs.log.files import DAY, everything, rotating

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def victims(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("kills")
    command = [sys.executable, "-m", "tests.edge.outputs.log.killing", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return sorted(folder.iterdir())


def test_killed_before_each_call(victims, limits):
    assert len(victims) > 40, "the writer must have made many calls"
    told = []
    for folder in victims:
        told.append((folder / "acknowledged").stat().st_size)
        path = folder / "log.jsonl"
        log = rotating(path, limits(size=30))
        log.write(b'{"line":"after"}\n', DAY)
        log.finish()
        log.close()
        *kept, last = everything(path)
        expected = [f'{{"line":{number}}}' for number in range(killing.LINES)]
        assert last == '{"line":"after"}', folder
        assert kept in (expected[: told[-1]], expected[: told[-1] + 1]), f"{folder}: {kept}"
        assert not list(folder.glob("*.tmp")), folder
    assert (told[0], told[-1]) == (0, killing.LINES)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_refused_at_each_call(tmp_path, limits, monkeypatch, number):
    """A card that fails once, at each place in turn: what was acknowledged is there once, and writing goes on.

    Where it says that it is full, the oldest rotated file may have gone for that.
    """
    calls, at = 0, 0
    while calls >= at:
        path = tmp_path / str(at) / "log.jsonl"
        path.parent.mkdir()
        calls, written = _write_with_one_failure(path, limits(size=30, sync=0), number, at, monkeypatch)
        kept = everything(path)
        assert kept == written[-len(kept) :], at
        assert len(kept) >= len(written) - (2 if number == errno.ENOSPC else 0), at
        assert not list(path.parent.glob("*.tmp")), at
        at += 1
    assert at > 20


def _write_with_one_failure(path, limits, number, at, monkeypatch) -> tuple[int, list[str]]:
    count = 0

    def failing(real):
        def call(*arguments, **named):
            nonlocal count
            count += 1
            if count == at:
                raise OSError(number, os.strerror(number))
            return real(*arguments, **named)

        return call

    written, refused = [], 0
    with monkeypatch.context() as patch:
        log = rotating(path, limits)
        for name in killing.CALLS:
            if name != "close":  # which frees the descriptor whatever it answers
                patch.setattr(os, name, failing(getattr(os, name)))
        for line in range(killing.LINES):
            try:
                log.write(b'{"line":%d}\n' % line, DAY)
                written.append(f'{{"line":{line}}}')
                log.tick()
            except OSError:
                refused += 1
            log.finish()
    log.close()
    assert refused <= 1, "one failure is felt once"
    rotating(path, limits).close()
    return count, written


@pytest.mark.parametrize("lives", [20, pytest.param(200, marks=pytest.mark.soak)])
def test_signals_at_random_times(tmp_path, lives):
    """One log over many lives: after SIGKILL the last line may be one that nobody was told of, and nothing else."""
    seed = random.randrange(10**6)
    command = [sys.executable, "-m", "tests.edge.outputs.log.living", str(tmp_path), str(lives), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    rotating(tmp_path / "log.jsonl", Limits(free=0)).close()
    kept: dict[int, list[int]] = {life: [] for life in range(lives)}
    stops = set()
    reader = LogReader([tmp_path / "log.jsonl"])
    for entry in reader:
        if entry.event["event"] == "stop":
            stops.add(entry.event["faces"])
        elif entry.event["event"] == "emotion":
            kept[entry.event["track"] // living.LIFE].append(entry.event["track"] % living.LIFE)
    assert reader.broken == 0, seed
    for end in ends:
        lines, told = kept[end["life"]], end["told"]
        if end["signal"] == "SIGTERM":
            assert (end["status"], end["life"] in stops, end["seconds"] < 15) == (0, True, True), (seed, end)
            assert lines == list(range(told)), (seed, end)
        else:
            assert lines in (list(range(told)), list(range(told + 1))), (seed, end)
    assert {end["signal"] for end in ends} == {"SIGTERM", "SIGKILL"}
    assert len(list(tmp_path.glob("*.gz"))) > 5
