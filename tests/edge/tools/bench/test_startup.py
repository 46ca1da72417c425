"""The time to the first result, of a real process."""

import time
from pathlib import Path

from edge.tools.bench.settings import Settings
from edge.tools.bench.startup import arguments, time_to_first_result


def test_a_fresh_process_is_timed():
    began = time.monotonic()
    seconds = time_to_first_result(Settings(), times=1)
    assert 0.05 < seconds <= time.monotonic() - began


def test_a_process_that_fails_has_no_time(tmp_path):
    assert time_to_first_result(Settings(source=str(tmp_path / "none.mp4")), times=1) is None


def test_starts_what_is_measured():
    assert arguments(Settings(source="a.mp4", models=Path("m"), threads=2)) == [
        "run",
        "--source",
        "a.mp4",
        "--threads",
        "2",
        "--max-frames",
        "1",
        "--log",
        "-",
        "--models",
        "m",
    ]
