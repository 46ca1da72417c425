"""Real file systems that are full, read-only or failing."""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from edge.contract.errors import OutputError
from edge.contract.records import Analysis, Box, Observation, Scores, Stop
from edge.outputs.event_log import EventLog
from edge.outputs.log.limits import Limits
from edge.outputs.log.naming import LogName
from edge.outputs.log.reader import LogReader
from edge.outputs.scribe import Scribe
from tests.edge.outputs.log.files import Clock, mounted

STOP = Stop(2000.0, 2000.0, "SIGTERM", 1, 0, 1)


def face(number: int) -> Analysis:
    chance = random.Random(number)  # real lines do not compress to nothing either
    scores = Scores(tuple("abcdefg"), tuple(chance.random() for _ in range(7)))
    seen = Observation(number, Box(0, 0, 9, 9), 1.0, scores, "happy", 0.75, started=False, changed=True)
    return Analysis(number, number / 100, number / 100, (seen,), (), 0)


def opened(path: Path, clock: Clock, strict: bool = False, **limits: int) -> EventLog:
    scribe = Scribe("door", synchronized=lambda: True)
    return EventLog(path, scribe, Limits(**{"free": 0, **limits}), strict=strict, now=clock)


def tracks(path: Path) -> list[int]:
    return [entry.event["track"] for entry in LogReader([path], ["emotion"])]


def dropped(path: Path) -> list[tuple[int, str]]:
    return [(entry.event["count"], entry.event["reason"]) for entry in LogReader([path], ["dropped"])]


def fill(folder: Path) -> Path:
    """Takes all the room that is left."""
    path = folder / "somebody_elses"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while os.write(file, b"x" * 512):
            pass
    os.close(file)
    return path


def test_a_full_disk_takes_the_oldest_lines_and_none_in_between(small_disk, clock):
    """20,000 faces in half a MB: the log goes on, over many rotations, without ever being told a limit."""
    path = small_disk / "log.jsonl"
    (small_disk / "somebody_elses").write_bytes(bytes(500_000))
    with opened(path, clock, size=50_000, total=10**9) as log:
        for number in range(20_000):
            log.handle(face(number))
        log.handle(STOP)
        assert log.lost == 0
        log._file.finish()
    kept = tracks(path)
    assert kept == list(range(kept[0], 20_000))
    assert kept[0] > 0, "it cannot have held them all"
    assert len(LogName(path).rotated()) > 5


def test_the_space_that_is_to_be_left_is_left(small_disk, clock):
    path = small_disk / "log.jsonl"
    with opened(path, clock, size=50_000, total=10**9, free=400_000) as log:
        for number in range(9000):
            log.handle(face(number))
    used = int(subprocess.run(["du", "-sb", small_disk], capture_output=True, text=True).stdout.split()[0])
    assert 100_000 < used < 650_000


def test_full_with_nothing_to_delete_then_room_again(small_disk, clock):
    path = small_disk / "log.jsonl"
    with opened(path, clock) as log:
        log.handle(face(1))
        other = fill(small_disk)
        for number in range(2, 200):
            log.handle(face(number))
        lost = log.lost
        assert lost > 150, "a page may have had room for a few"
        other.unlink()
        clock.seconds += 40
        log.handle(face(200))
        log.handle(STOP)
    kept = tracks(path)
    assert kept == [*range(1, 200 - lost), 200]
    assert all(json.loads(line) for line in path.read_text().splitlines())
    assert dropped(path) == [(lost, "No space left on device")]


def test_a_command_at_a_terminal_ends(small_disk, clock):
    fill(small_disk)
    with pytest.raises(OutputError, match="No space left on device"), opened(small_disk / "log", clock, True) as log:
        log.handle(STOP)


def test_a_file_system_that_is_read_only_until_it_is_mended(small_disk, clock):
    remount = lambda how: subprocess.run(["mount", "-o", f"remount,{how}", small_disk], check=True)  # noqa: E731
    path = small_disk / "log.jsonl"
    with opened(path, clock) as log:
        log.handle(face(1))
    remount("ro")
    with pytest.raises(OutputError, match="Read-only file system"):
        opened(path, clock, strict=True)
    with opened(path, clock) as log:
        for number in range(2, 5):
            log.handle(face(number))
        assert log.lost == 3
        remount("rw")
        clock.seconds += 60
        log.handle(face(5))
    assert tracks(path) == [1, 5]
    assert dropped(path) == [(3, "Read-only file system")]


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An ext4 file system on a loop device that becomes read-only at the first error, as a Raspberry Pi's card does."""
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(4_000_000)
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/usr/sbin:/sbin")  # where Debian has it, even out of root's path
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not installed: apt-get install e2fsprogs")
    made = subprocess.run(["mkfs.ext4", "-q", image], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no ext4 here: {made.stderr.strip()}")
    yield from mounted("mount", "-o", "loop,errors=remount-ro", str(image), str(tmp_path / "card"))


def test_a_card_that_fails_while_it_is_written(card, clock):
    device = Path(
        subprocess.run(["findmnt", "-no", "SOURCE", card], capture_output=True, text=True).stdout.strip()
    ).name
    trigger = Path(f"/sys/fs/ext4/{device}/trigger_fs_error")
    if not trigger.exists():
        pytest.skip("this kernel cannot pretend an error")
    path = card / "log.jsonl"
    with opened(path, clock) as log:
        log.handle(face(1))
        log.handle(STOP)
        trigger.write_text("a bad sector")
        for number in range(2, 5):
            log.handle(face(number))
        assert log.lost == 3
        assert [entry.event["event"] for entry in LogReader([path])] == ["emotion", "stop"]
        subprocess.run(["umount", card], check=True)  # which works, for the log has let go of its file
        subprocess.run(["fsck.ext4", "-p", card.with_name("image")], capture_output=True)
        subprocess.run(["mount", "-o", "loop", card.with_name("image"), card], check=True)
        clock.seconds += 60
        log.handle(face(5))
    assert tracks(path) == [1, 5]
    assert dropped(path) == [(3, "Read-only file system")]
