"""Results that nobody is told: the reader has gone, as of `| head -1`, the disk is full, or there is no output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FULL = Path("/dev/full")
TABLE = (
    "run,recipe,architecture,balancing,epochs,published_epochs,precision,parameters,validation,test,macro_f1,"
    "int8_test,int8_bytes,int8_milliseconds\na,swish,plain,none,10,30,,827847,0.58,0.59,0.5,,,\n"
)
INSPECT, COMPARE = f"convert inspect {ROOT}/models/gate.tflite", "train compare table.csv"


@pytest.fixture
def folder(tmp_path) -> Path:
    """With what the commands read."""
    (tmp_path / "log.jsonl").write_text('{"v":1,"event":"stop","ts":"2026-01-01T00:00:00.000Z","mono":1.0}\n')
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path


def started(command: str, folder: Path, stdout: int, unbuffered: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command.format(python=f"exec {sys.executable} -m")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command",
    [
        "edge run --source demo --max-frames 5",
        "edge run --check",
        "edge doctor --json",
        "edge summary log.jsonl",
        INSPECT,
        COMPARE,
    ],
)
def test_a_reader_that_has_gone_is_no_reason_to_complain(command, unbuffered, folder):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = started(f"{{python}} {command}", folder, writer, unbuffered)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (74, "")


@pytest.mark.skipif(not FULL.is_char_device(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [INSPECT, COMPARE])
def test_a_full_disk_is_told_in_one_line(command, folder):
    with FULL.open("w") as full:
        done = started(f"{{python}} {command}", folder, full.fileno())
    assert done.returncode == 74
    (line,) = done.stderr.splitlines()
    assert line.endswith(": standard output: cannot be written (No space left on device)")


@pytest.mark.parametrize("command", [INSPECT, COMPARE])
def test_without_standard_output_nothing_is_told(command, folder):
    done = started(f"{{python}} {command} >&-", folder, subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, "")
