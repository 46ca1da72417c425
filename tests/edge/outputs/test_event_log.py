"""The log file: whole lines, appended, whatever is in them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.contract.errors import OutputError
from edge.contract.records import Stop
from edge.outputs.event_log import EventLog

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
    assert json.loads(path.read_text().splitlines()[1])["event"] == "stop"


@pytest.mark.parametrize("name", ['a\n{"event":"x"}', "a\r\n", "\u2028", '"', "\x00", "\udcff", "😀"])
def test_a_hostile_camera_name_stays_inside_its_line(tmp_path, name):
    path = tmp_path / "log.jsonl"
    with EventLog(path, name) as log:
        log.handle(STOP)
    text = path.read_bytes()
    assert text.count(b"\n") == 1
    assert json.loads(text)["camera"] == name
    assert json.loads(text)["event"] == "stop"


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
