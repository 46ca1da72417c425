"""Reading back: all files in order, whatever state they are in."""

import gzip
import json
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from edge.outputs.events import timestamp
from edge.outputs.log.naming import LogName
from edge.outputs.log.reader import LogReader
from tests.edge.outputs.log.files import DAY, rotating


def line(kind: str = "face", time: float = 1.0, **more) -> str:
    return json.dumps({"v": 1, "event": kind, "ts": timestamp(time), **more}, separators=(",", ":")) + "\n"


def numbers(*paths: Path, **more) -> list[int]:
    return [entry.event["n"] for entry in LogReader(paths, **more)]


def test_rotated_and_compressed_files_come_in_the_order_they_were_written(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(size=300))
    times = [
        random.Random(1).uniform(0, 1e9) for _ in range(40)
    ]  # the clock may have jumped; the order is the writing's
    for number, jumped in enumerate(times):
        log.write(line(time=jumped, n=number).encode(), DAY)
    log.finish()
    log.close()
    rotated = LogName(path).rotated()
    rotated[2].plain.write_bytes(gzip.decompress(rotated[2].packed.read_bytes()))  # both, as after a kill
    rotated[3].plain.write_bytes(gzip.decompress(rotated[3].packed.read_bytes()))
    rotated[3].packed.unlink()
    assert len(rotated) > 5
    assert numbers(path) == list(range(40))
    assert numbers(*sorted(tmp_path.iterdir())) == list(range(40)), "as a shell names them all"
    assert numbers(rotated[0].packed) == list(range(len(numbers(rotated[0].packed))))


def test_files_of_logrotate_are_found(tmp_path):
    path = tmp_path / "log.jsonl"
    for number, name in enumerate(("log.jsonl-20260101.gz", "log.jsonl-20260102", "log.jsonl.10.gz", "log.jsonl.2")):
        data = line(n=number).encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    path.write_text(line(n=4))
    (tmp_path / "log.jsonl.bak").write_text(line(n=5))
    assert numbers(path) == [0, 1, 2, 3, 4]


def test_several_logs_are_merged_by_time_and_told_apart(tmp_path):
    for name, times in (("a", (1, 4, 5)), ("b", (2, 3, 6))):
        (tmp_path / name).write_text("".join(line(time=time, n=time) for time in times))
    paths = (tmp_path / "a", tmp_path / "b")
    assert numbers(*paths) == [1, 2, 3, 4, 5, 6]
    assert [entry.log.name for entry in LogReader(paths)] == ["a", "b", "b", "a", "a", "b"]


@pytest.mark.parametrize(
    "name",
    [
        *("log.jsonl", "log.000042.2026-01-31.jsonl", "log.000042.2026-01-31.jsonl.gz"),
        *("log.jsonl.1", "log.jsonl.2.gz", "log.jsonl-20260131", "log.jsonl-20260131.gz"),
    ],
)
def test_all_files_of_a_log_are_of_one_log(tmp_path, name):
    packed = name.endswith(".gz")
    (tmp_path / name).write_bytes(gzip.compress(line().encode()) if packed else line().encode())
    (entry,) = LogReader([tmp_path / name])
    assert entry.log == tmp_path / "log.jsonl"


@pytest.mark.parametrize(
    "broken",
    [
        *('{"v":1,"event":"fa', "17", '"text"', "null", "[]", "{}", '{"event":"face"}', '{"event":"face","ts":5}'),
        *('{"event":5,"ts":"2026-01-31T00:00:00Z"}', '{"event":"face","ts":"never"}', "\x00" * 9000, "[" * 60000),
        *('{"event":"face","ts":"2026-01-31T00:00:00Z","n":NaN}', '{"event":"face","ts":"0001-01-01T00:00:00Z"}'),
        '{"event":"face","ts":"9999-12-31T23:59:59Z"}',
    ],
)
def test_what_is_no_event_is_counted_and_left_out(tmp_path, broken):
    path = tmp_path / "log"
    path.write_text(line(n=1) + broken + "\n" + "\n" + line(n=2) + "{")
    reader = LogReader([path])
    assert [entry.event["n"] for entry in reader] == [1, 2]
    assert (reader.broken, reader.lost) == (2, 0), "an empty line is nothing"


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b'{"event":"\xff\xfe"}\n' + line(n=1).encode())
    reader = LogReader([path])
    assert len(list(reader)) == 1
    assert reader.broken == 1


def test_a_gigantic_line_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.write(line(n=1).encode())
        file.truncate(60_000_000)  # zeros that take no room, as a card may leave them
        file.seek(0, 2)
        file.write(b"\n" + line(n=2).encode())
    tracemalloc.start()
    reader = LogReader([path])
    assert [entry.event["n"] for entry in reader] == [1, 2]
    assert reader.broken == 1
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("harm", ["cut", "flip", "none of it"])
def test_a_damaged_compressed_file_gives_what_is_before_the_damage(tmp_path, harm):
    packed = bytearray(gzip.compress("".join(line(n=n, noise=random.random()) for n in range(5000)).encode()))
    if harm == "cut":
        del packed[len(packed) // 2 :]
    elif harm == "flip":
        packed[len(packed) // 2] ^= 0xFF
    else:
        packed[:] = b"not packed"
    (tmp_path / "log.000001.2026-01-31.jsonl.gz").write_bytes(packed)
    (tmp_path / "log.jsonl").write_text(line(n=5000))
    reader = LogReader([tmp_path / "log.jsonl"])
    read = [entry.event["n"] for entry in reader if isinstance(entry.event.get("n"), int)]
    assert read[-1] == 5000
    assert reader.lost == 1
    assert (len(read) > 1000) == (harm != "none of it")


def test_kinds_that_nobody_asked_for_are_left_out(tmp_path):
    path = tmp_path / "log"
    odd = '{"ts":"1970-01-01T00:00:01Z","event":"stop","n":3}\n{"ts":"1970-01-01T00:00:01Z","event":"face","n":4}\n'
    path.write_text(line("face", n=1) + line("stop", n=2) + odd + line("face", n=5)[:-5] + "\n")
    reader = LogReader([path], kinds=("stop",))
    assert [entry.event["n"] for entry in reader] == [2, 3]
    assert reader.broken == 1


@pytest.mark.soak
def test_a_million_lines_in_seconds(tmp_path):
    path = tmp_path / "log"
    box = {"box": [1, 2, 30, 31], "probabilities": dict.fromkeys("abcdefg", 0.1429), "boot": "b" * 36, "camera": "door"}
    path.write_text("".join(line("face", time=n, n=n, **box) for n in range(10_000)) * 100)
    began = time.process_time()
    assert sum(1 for _ in LogReader([path])) == 1_000_000
    parsed = time.process_time()
    assert sum(1 for _ in LogReader([path], ["stop"])) == 0
    skipped = time.process_time()
    print(f"1,000,000 lines: {parsed - began:.1f} s, left out unread {skipped - parsed:.1f} s")
    assert parsed - began < 30  # a bound for slow boards, not a claim
    assert skipped - parsed < 10


def test_a_log_that_is_not_there(tmp_path):
    for path, said in (
        ("nothing", "no such log"),
        ("", "directory"),
        ("no/folder", "No such file"),
        ("a.gz", "No such"),
    ):
        with pytest.raises(InputError, match=said):
            list(LogReader([tmp_path / path]))


def test_a_rotation_while_reading_neither_loses_nor_doubles(tmp_path, limits):
    path = tmp_path / "log.jsonl"
    log = rotating(path, limits(size=200))
    for number in range(10):
        log.write(line(n=number).encode(), DAY)
    entries = iter(LogReader([path]))
    read = [next(entries).event["n"]]
    for number in range(10, 20):
        log.write(line(n=number).encode(), DAY)
    log.finish()
    read += [entry.event["n"] for entry in entries]
    assert read[:10] == list(range(10))
    assert read == list(range(len(read)))
    log.close()


UNSET = {"boot": "b", "synced": False}


def corrected(tmp_path, text: str) -> list[tuple[float, bool]]:
    (tmp_path / "log").write_text(text)
    return [(entry.time, entry.synced) for entry in LogReader([tmp_path / "log"])]


def test_times_from_before_the_clock_was_set_are_corrected(tmp_path):
    text = line(time=50, mono=10.0, **UNSET) + line("clock", time=1_000_020, mono=20.0, boot="b", offset=1_000_000.0)
    assert corrected(tmp_path, text + line(time=1_000_030, mono=30.0, boot="b")) == [
        (1_000_010.0, True),
        (1_000_020.0, True),
        (1_000_030.0, True),
    ]


def test_a_run_that_started_with_the_clock_set_corrects_the_one_that_was_killed(tmp_path):
    text = line("start", time=50, mono=10.0, **UNSET) + line("start", time=1_000_040, mono=40.0, boot="b")
    assert corrected(tmp_path, text)[0] == (1_000_010.0, True)


def test_another_boot_corrects_nothing(tmp_path):
    later = line("clock", time=1_000_020, mono=20.0, boot="c", offset=1_000_000.0)
    assert corrected(tmp_path, line(time=50, mono=10.0, **UNSET) + later)[0] == (50.0, False)
    unknown = {"boot": "unknown", "synced": False}
    later = line("clock", time=1_000_020, mono=20.0, boot="unknown", offset=1_000_000.0)
    assert corrected(tmp_path, line(time=50, mono=10.0, **unknown) + later)[0] == (50.0, False)


@pytest.mark.parametrize("offset", ["1e999", "-1e18", "true", '"x"', "1" * 400])
def test_an_offset_that_is_none_is_not_used(tmp_path, offset):
    clock = '{"v":1,"event":"clock","ts":"2026-01-31T00:00:00Z","mono":1,"boot":"b","offset":' + offset + "}\n"
    assert corrected(tmp_path, line(time=50, mono=10.0, **UNSET) + clock)[0] == (50.0, False)
