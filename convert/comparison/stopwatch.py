"""How long a model takes for one picture, and how much memory a process needs to run it.

`python -m convert.comparison.stopwatch MODEL.tflite --threads 2` measures in a process that holds nothing else.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from edge.contract.errors import EdgeError, ModelError
from edge.contract.interpreter import Model, runtime
from edge.contract.made_pictures import made_picture

RUNS = 200
"""Pictures that are timed, after a few that are not."""

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """Attributes:
    median: of one picture, in milliseconds.
    p95: 95 % of the pictures took no longer, in milliseconds.
    resident: memory of the whole process while it runs, in MiB; None where the system does not tell.
    grown: how much of it came with the model, in MiB.
    """

    median: float
    p95: float
    resident: float | None
    grown: float | None


def latency(model: Model, runs: int = RUNS) -> tuple[float, float]:
    """Milliseconds for one picture, from pixels to scores: the median and the 95th percentile."""
    face = made_picture(0, model.manifest.input.size)
    for _ in range(max(runs // 10, 3)):  # the first ones pay for memory and caches
        model.run(face)
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        model.run(face)
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3, float(np.percentile(times, 95)) * 1e3


def cost(path: Path, threads: int, runs: int = RUNS) -> Cost:
    """Measures in a process of its own. Raises ModelError where the model cannot be loaded there."""
    command = [sys.executable, "-m", "convert.comparison.stopwatch", str(path.resolve()), "--threads", str(threads)]
    done = subprocess.run([*command, "--runs", str(runs)], cwd=_ROOT, capture_output=True, text=True)
    if done.returncode:
        raise ModelError(f"{path}: cannot be timed: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return Cost(**json.loads(done.stdout))


def _measure(path: Path, threads: int, runs: int) -> Cost:
    runtime()  # loads the runtime's own code, which is no part of the model
    before = _resident()
    median, p95 = latency(Model.load(path, threads), runs)
    after = _resident()
    return Cost(median, p95, after, None if before is None or after is None else max(after - before, 0.0))


def _resident() -> float | None:
    """MiB of this process that are in memory, from Linux; elsewhere None."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), None)


def main() -> int:
    """Prints a `Cost` as JSON."""
    parser = argparse.ArgumentParser(prog="python -m convert.comparison.stopwatch", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    try:
        sys.stdout.write(json.dumps(asdict(_measure(options.model, options.threads, options.runs))) + "\n")
    except EdgeError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
