"""The log file: whole lines, appended, whatever is in them."""

import errno
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.errors import OutputError
from edge.contract.records import Analysis, Box, Heartbeat, Observation, Scores, Start, Stop
from edge.outputs.event_log import EventLog, encode
from edge.outputs.log.limits import Limits
from edge.outputs.log.reader import LogReader
from edge.outputs.scribe import Scribe
from tests.edge.outputs.log.files import Clock

ROOT = Path(__file__).parents[3]
STOP = Stop(1.0, 1.0, "end of source", 5, 0, 1)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_writes_one_line_an_event_and_makes_the_folder(tmp_path):
    path = tmp_path / "deep" / "log.jsonl"
    with EventLog(path, "door") as log:
        log.handle(STOP)
        assert lines(path)[0]["camera"] == "door", "a line must be in the file before the log is closed"
        log.handle(STOP)
    assert [line["event"] for line in lines(path)] == ["stop", "stop"]


def test_continues_an_existing_log(tmp_path):
    path = tmp_path / "log.jsonl"
    for _ in range(2):
        with EventLog(path, "door") as log:
            log.handle(STOP)
    assert len(lines(path)) == 2


def test_a_half_written_last_line_does_not_swallow_the_next(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"v":1,"event":"face","tra')
    with EventLog(path, "door") as log:
        log.handle(STOP)
        log.handle(Start(1.0, 1.0, "0", "none", "film", ()))
    stop, start = lines(path)
    assert stop["event"] == "stop"
    assert start["partial_lines"] == 1, "and the next start tells it"
    assert path.with_name("log.jsonl.partial").read_text() == '{"v":1,"event":"face","tra\n'


def one_line(path: Path, name: str) -> None:
    with EventLog(path, name) as log:
        log.handle(STOP)
    text = path.read_bytes()
    assert text.splitlines(keepends=True) == [text]
    assert json.loads(text)["camera"] == name
    (entry,) = LogReader([path])
    assert (entry.event["event"], entry.event["camera"]) == ("stop", name)


@pytest.mark.parametrize(
    "name", ['a\n{"x":1}', 'a\n{"event":"x"}', "a\r\n", "\u2028", '"', "\x00", "\udcff", "😀", "\x85", "\\"]
)
def test_a_hostile_camera_name_stays_inside_its_line(tmp_path, name):
    one_line(tmp_path / "log.jsonl", name)


@given(name=st.text(st.characters(codec=None, exclude_categories=())), other=st.text())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_event_in_one_line_out_whatever_it_holds(tmp_path, name, other):
    path = tmp_path / "log.jsonl"
    path.unlink(missing_ok=True)
    with patch("os.fsync"), patch("os.fdatasync"):
        one_line(path, name)
    assert encode({"event": other, name: [other, {"x": name}]}).count(b"\n") == 1


def test_a_folder_cannot_be_a_log(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        EventLog(tmp_path, "door")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_error():
    with pytest.raises(OutputError, match="No space left"), EventLog(Path("/dev/full"), "door") as log:
        log.handle(STOP)


def test_a_dash_writes_to_standard_output():
    code = (
        "from pathlib import Path; from edge.contract.records import Stop; "
        "from edge.outputs.event_log import EventLog\n"
        "with EventLog(Path('-'), 'door') as log: log.handle(Stop(1.0, 1.0, 'end', 5, 0, 1))\n"
        "print('still open')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    event, after = done.stdout.splitlines()
    assert json.loads(event)["event"] == "stop"
    assert after == "still open"


def face(time: float) -> Analysis:
    scores = Scores(("happy", "sad"), (0.75, 0.25))
    seen = Observation(1, Box(0, 0, 9, 9), 1.0, scores, "happy", 0.75, started=False, changed=True)
    return Analysis(0, time, time, (seen,), (), 0)


class Disk:
    """Stands between the log and the file system, and refuses to write when told to."""

    def __init__(self, monkeypatch):
        self.error = 0
        self._write, self._sync = os.write, os.fdatasync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fdatasync", self.sync)
        self.synced = 0

    def write(self, file: int, data: bytes) -> int:
        self._refuse()
        return self._write(file, data)

    def sync(self, file: int) -> None:
        self._refuse()
        self.synced += 1
        self._sync(file)

    def _refuse(self) -> None:
        if self.error:
            raise OSError(self.error, os.strerror(self.error))


def service(path: Path, clock: Clock) -> EventLog:
    scribe = Scribe("door", synchronized=lambda: True)
    return EventLog(path, scribe, Limits(free=0), strict=False, now=clock)


def test_what_never_came_to_it_is_put_on_record_too(tmp_path):
    with service(tmp_path / "log.jsonl", Clock()) as log:
        log.handle(face(1.0))
        log.missed(3, face(2.0))
        log.handle(face(9.0))
        assert log.lost == 3
    _, dropped, _ = lines(tmp_path / "log.jsonl")
    assert (dropped["event"], dropped["count"], dropped["since"]) == ("dropped", 3, "1970-01-01T00:00:02.000Z")
    assert dropped["reason"] == "writing takes too long"


def test_what_never_came_to_it_while_the_disk_was_full_is_in_the_same_sum(tmp_path, monkeypatch):
    path, clock, disk = tmp_path / "log.jsonl", Clock(), Disk(monkeypatch)
    with service(path, clock) as log:
        disk.error = errno.ENOSPC
        log.handle(face(1.0))
        log.missed(300, face(2.0))
        disk.error = 0
        clock.seconds += 1.1
        log.handle(face(3.0))
        assert log.lost == 301
    dropped, _ = lines(path)
    assert (dropped["count"], dropped["since"]) == (301, "1970-01-01T00:00:01.000Z")


def test_what_never_came_to_it_when_the_disk_began_to_be_full(tmp_path, monkeypatch):
    path, clock, disk = tmp_path / "log.jsonl", Clock(), Disk(monkeypatch)
    with service(path, clock) as log:
        disk.error = errno.ENOSPC
        log.missed(300, face(1.0))
        disk.error = 0
        clock.seconds += 1.1
        log.missed(7, face(2.0))
        assert log.lost == 307
    assert [(line["count"], line["reason"]) for line in lines(path)] == [
        (300, "No space left on device"),
        (7, "writing takes too long"),
    ]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_service_counts_what_it_cannot_write_and_resumes_by_itself(tmp_path, monkeypatch, caplog, error):
    path, clock, disk = tmp_path / "log.jsonl", Clock(), Disk(monkeypatch)
    with service(path, clock) as log:
        log.handle(face(1.0))
        disk.error = error
        for second in range(2, 7):
            log.handle(face(float(second)))
        assert log.lost == 5
        disk.error = 0
        log.handle(face(7.0))
        assert log.lost == 6, "the disk is not asked at every event"
        clock.seconds += 1.1
        log.handle(face(8.0))
        log.handle(face(9.0))
        assert log.lost == 6
    events = lines(path)
    assert [event["event"] for event in events] == ["emotion", "dropped", "emotion", "emotion"]
    assert events[1]["count"] == 6
    assert events[1]["since"] == "1970-01-01T00:00:02.000Z"
    assert events[1]["reason"] == os.strerror(error)
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"], "one as it begins, one as it ends"


def test_a_failing_disk_is_asked_ever_more_seldom(tmp_path, monkeypatch):
    clock, disk, tries = Clock(), Disk(monkeypatch), []
    monkeypatch.setattr(
        disk, "_refuse", lambda: tries.append(clock.seconds) or (_ for _ in ()).throw(OSError(5, "bad"))
    )
    with service(tmp_path / "log.jsonl", clock) as log:
        for _ in range(2000):
            log.handle(face(1.0))
            clock.seconds += 0.1
    gaps = [round(later - earlier) for earlier, later in pairwise(tries)]
    assert gaps == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]


def test_the_stop_is_tried_whatever_came_before(tmp_path, monkeypatch):
    path, disk = tmp_path / "log.jsonl", Disk(monkeypatch)
    with service(path, Clock()) as log:
        disk.error = errno.ENOSPC
        log.handle(face(1.0))
        disk.error = 0
        log.handle(STOP)
    assert [event["event"] for event in lines(path)] == ["dropped", "stop"]


def test_a_log_that_cannot_be_opened_does_not_keep_a_service_from_starting(tmp_path):
    clock, folder = Clock(), tmp_path / "later"
    folder.touch()
    with service(folder / "log.jsonl", clock) as log:
        log.handle(face(1.0))
        folder.unlink()
        clock.seconds += 5
        log.handle(face(2.0))
    dropped, emotion = lines(folder / "log.jsonl")
    assert (dropped["event"], dropped["reason"], emotion["event"]) == ("dropped", "Not a directory", "emotion")


def test_lines_that_a_failing_disk_took_and_lost_are_not_taken_for_written(tmp_path, monkeypatch, caplog):
    clock, disk = Clock(), Disk(monkeypatch)
    path = tmp_path / "log.jsonl"
    with service(path, clock) as log:
        monkeypatch.setattr(
            os, "fdatasync", lambda file: (_ for _ in ()).throw(OSError(errno.EIO, "Input/output error"))
        )
        log.handle(face(1.0))
        clock.seconds += 6
        log.handle(face(2.0))
        assert caplog.messages == [f"{path}: the log cannot be written (Input/output error); it is tried again"]
        clock.seconds += 2
        log.handle(face(3.0))
        assert (log.lost, len(caplog.messages)) == (1, 1), "it can be written, but not synced"
        monkeypatch.setattr(os, "fdatasync", disk._sync)
        clock.seconds += 3
        log.handle(face(4.0))
    assert caplog.messages[1:] == [f"{path}: written again; 1 events were lost"]
    assert [event["event"] for event in lines(path)] == ["emotion", "emotion", "emotion", "dropped", "emotion"]


def test_faces_are_synced_now_and_then_and_all_else_at_once(tmp_path, monkeypatch):
    clock, disk = Clock(), Disk(monkeypatch)
    with service(tmp_path / "log.jsonl", clock) as log:
        log.handle(Start(1.0, 1.0, "0", "none", "film", ()))
        assert disk.synced == 1
        for _ in range(100):
            log.handle(face(1.0))
            clock.seconds += 0.1
        assert disk.synced == 2
        log.handle(Heartbeat(60.0, 60.0, 60.0, 600, 0, 1, 0, 1.0, None, None))
        assert disk.synced == 3
        log.handle(face(61.0))
        clock.seconds += 5
        log.handle(Analysis(0, 66.0, 66.0, (), (), 0))
        assert disk.synced == 4, "a frame without an event is time enough"
        log.handle(STOP)
        assert disk.synced == 5


def test_reopens_on_request(tmp_path):
    path = tmp_path / "log.jsonl"
    with EventLog(path, "door") as log:
        log.handle(STOP)
        path.rename(tmp_path / "log.jsonl.1")
        log.reopen()
        log.handle(STOP)
    assert len(lines(path)) == len(lines(tmp_path / "log.jsonl.1")) == 1
