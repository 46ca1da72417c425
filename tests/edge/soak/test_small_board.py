"""The settings for boards with 512 MB, of which the system leaves about 300."""

import json
import subprocess
import sys
import time

import pytest

from tests.edge.service.processes import ROOT
from tests.edge.soak.clip import served
from tests.edge.soak.memory_limit import limited

ROOM = 300
SETTINGS = ROOT / "systemd" / "emotion-edge.small.toml"
LONG = 3000
"""Frames of ten minutes with these settings."""


@pytest.fixture
def limit():
    with limited(ROOM) as found:
        if found is None:
            pytest.skip("needs root, and control groups that limit memory")
        yield found


def run(limit, log, *options: object) -> dict:
    """Runs to the end inside the limit; gives the last event, with the seconds that it took."""
    command = [sys.executable, "-m", "edge", "run", "--config", SETTINGS, "--log", log, *options]
    began = time.monotonic()
    with subprocess.Popen(
        [*map(str, command)], cwd=ROOT, preexec_fn=limit.enter, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None:
            limit.look()
            time.sleep(0.1)
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert (limit.killed, limit.swapped) == (0, 0)
    return {**json.loads(log.read_text().splitlines()[-1]), "took": time.monotonic() - began}


def test_the_demo_fits(limit, tmp_path):
    stop = run(limit, tmp_path / "log.jsonl", "--source", "demo")
    print(f"demo: {stop['frames']} frames, {limit.peak:.0f} MiB at most of {ROOM}")
    assert (stop["frames"], stop["faces"]) == (330, 2)
    assert limit.peak < ROOM / 2


@pytest.mark.parametrize("frames", [20, pytest.param(LONG, marks=pytest.mark.soak)])
def test_a_stream_fits(limit, tmp_path, frames):
    with served() as port:
        stop = run(limit, tmp_path / "log.jsonl", "--source", f"http://127.0.0.1:{port}/", "--max-frames", frames)
    print(f"640x480 over HTTP: {stop['frames']} frames in {stop['took']:.0f} s, {limit.peak:.0f} MiB at most of {ROOM}")
    assert stop["frames"] == frames
    assert limit.peak < ROOM / 2
