"""Days of running: resident memory and open files stay as they are."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.edge.service.processes import ROOT, STANDINS
from tests.edge.soak.use import Sample, Trend, read, verdict

LONG = 200_000
SHORT = 900
WARM = 0.25
"""Share of the samples that is left out at the beginning: caches fill, the allocator finds its size."""
LEAST = {LONG: 3.0, SHORT: 8.0, 5 * SHORT: 8.0}
"""MiB that a run may grow by although the fit has less noise: of 200,000 frames that is 16 bytes each."""


def program(name: str, *arguments: object, **environment: str) -> str:
    command = [sys.executable, "-m", f"tests.edge.soak.{name}", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def settled(samples: list[Sample]) -> list[Sample]:
    return samples[round(len(samples) * WARM) :]


@pytest.mark.parametrize("frames", [SHORT, pytest.param(LONG, marks=pytest.mark.soak)])
def test_a_service_that_looks_stays_as_it_is(tmp_path, frames):
    samples = read(program("looking", tmp_path, frames, frames // 60))
    assert len(samples) == 60
    assert verdict("looking", settled(samples), LEAST[frames]) == (True, True)
    rotated = list(tmp_path.glob("log-*")) or list(tmp_path.glob("*.gz"))
    assert rotated, "the log was rotated under way"
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1_300_000, "and kept within its limits"


@pytest.mark.parametrize("frames", [SHORT * 5, pytest.param(LONG, marks=pytest.mark.soak)])
def test_a_camera_that_is_read_stays_as_it_is(tmp_path, frames):
    (tmp_path / "faults").write_text("")
    environment = {"STANDIN_PICAMERA2": str(tmp_path / "faults"), "STANDIN_PERIOD": "0"}
    path = os.pathsep.join([str(STANDINS), str(ROOT)])
    said = program("capturing", frames, frames // 60, PYTHONPATH=path, **environment)
    # Five are killed; on a busy machine one more may be taken for stuck.
    assert int(said.rsplit("restarts ", 1)[1]) >= 5
    assert verdict("capturing", settled(read(said)), LEAST[frames]) == (True, True)
    readers = read("\n".join(line.removeprefix("reader ") for line in said.splitlines() if line.startswith("reader")))
    files = [one.files for one in readers]
    assert max(files) - min(files) <= 1, "each reader holds as many files as the one before, but for the one it reads"
    memory = [one.memory for one in readers]
    print(f"readers: resident memory {min(memory):.1f} to {max(memory):.1f} MiB, {readers[0].files} open files")
    assert max(memory) - min(memory) < 5.0


def test_a_leak_would_be_found(tmp_path):
    """What 200,000 frames show of 200 bytes a frame, 900 show of 50 kB; and a file each hundredth frame."""
    samples = read(program("looking", tmp_path, SHORT, SHORT // 60, 50_000))
    assert verdict("leaking", settled(samples), LEAST[SHORT]) == (False, False)


def test_the_fit_tells_a_leak_from_noise():
    chance = np.random.default_rng(1)
    frames = list(range(0, LONG, LONG // 60))
    steady = 80 + chance.normal(0, 0.5, len(frames))
    assert Trend.of(frames, list(steady)).within(0.5)
    assert not Trend.of(frames, list(steady + np.array(frames) * 20 / 2**20)).within(0.5), "20 bytes a frame"
    trend = Trend.of([0, 100, 200], [1.0, 2.0, 3.0])
    assert (trend.rise, round(trend.noise, 9)) == (pytest.approx(2.0), 0.0)
