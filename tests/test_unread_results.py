"""Results whose reader has gone, as of `| head -1`, end a command without a complaint, and with its own exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = (
    "run,recipe,architecture,balancing,epochs,published_epochs,precision,parameters,validation,test,macro_f1,"
    "int8_test,int8_bytes,int8_milliseconds\na,swish,plain,none,10,30,,827847,0.58,0.59,0.5,,,\n"
)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command",
    [
        "edge run --source demo --max-frames 5",
        "edge run --check",
        "edge doctor --json",
        "edge summary log.jsonl",
        "convert inspect {root}/models/gate.tflite",
        "train compare table.csv",
    ],
)
def test_no_complaint(command, unbuffered, tmp_path):
    (tmp_path / "log.jsonl").write_text('{"v":1,"event":"stop","ts":"2026-01-01T00:00:00.000Z","mono":1.0}\n')
    (tmp_path / "table.csv").write_text(TABLE)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", *command.format(root=ROOT).split()],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (74, "")
