"""A power cut at every byte of a real log: no line that was whole is lost, and the next start says what was."""

import json
import logging
from datetime import datetime

import pytest

from edge.contract.records import Start
from edge.outputs.event_log import EventLog
from edge.outputs.log.reader import LogReader
from edge.outputs.scribe import Scribe
from edge.service.configuration import Camera, Configuration, Log
from edge.service.running import run


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    """What a run on the demo clip writes."""
    path = tmp_path_factory.mktemp("whole") / "log.jsonl"
    run(Configuration(camera=Camera(source="demo"), log=Log(path=path)))
    return path.read_bytes()


@pytest.mark.parametrize("step", [37, pytest.param(1, marks=pytest.mark.soak)])
def test_cut_at_every_byte(tmp_path, whole, step, caplog):
    path, partial = tmp_path / "log.jsonl", tmp_path / "log.jsonl.partial"
    caplog.set_level(logging.ERROR)
    cuts = [*range(0, len(whole), step), len(whole)]
    same_day = datetime.fromisoformat(json.loads(whole.split(b"\n")[0])["ts"]).timestamp()  # or the file is rotated
    for cut in cuts:
        path.write_bytes(whole[:cut])
        partial.unlink(missing_ok=True)
        with EventLog(path, Scribe("demo", synchronized=lambda: True)) as log:
            log.handle(Start(same_day, 1.0, "0", "none", "demo", ()))
        kept = path.read_bytes()
        *lines, last = kept.splitlines(keepends=True)
        start = json.loads(last)
        rest = whole[:cut].rpartition(b"\n")[2]
        expected = whole[: cut - len(rest)]
        if partial.exists():
            assert partial.read_bytes() == rest + b"\n", cut
            assert start["partial_lines"] == 1, cut
        elif rest:
            expected += rest + b"\n"  # it lacked nothing but its end
            json.loads(rest)
        assert b"".join(lines) == expected, cut
        assert ("partial_lines" in start) == partial.exists(), cut
    reader = LogReader([path])
    assert len(list(reader)) == whole.count(b"\n") + 1
    assert reader.broken == 0
    print(f"{len(cuts):,} places of {len(whole):,} bytes: no whole line lost, every part kept aside and counted")
