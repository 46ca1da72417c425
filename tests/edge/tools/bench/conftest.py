"""Results as a quiet machine would give them."""

from dataclasses import replace

import pytest

from edge.tools.bench.conditions import Conditions
from edge.tools.bench.figures import Figures
from edge.tools.bench.machine import Machine
from edge.tools.bench.result import TOTAL, Result

MACHINE = Machine("Raspberry Pi 4", "Cortex-A72", 4, "ondemand", "1800", "Linux", "3.11", "1.26", "4.11", "x 2", "0.1")


@pytest.fixture
def result():
    """Makes a result: p50 and p95 from end to end in ms, seconds of processor time, and what shall differ."""

    def make(p50: float = 2.0, p95: float = 12.0, cpu: float | None = 3.0, board: str = "Raspberry Pi 4", **changes):
        figures = Figures(p50, p50, p95, p95, p95, 2 * p95)
        made = Result(
            kind="stream",
            name="",
            settings={"source": "demo", "threads": 1, "size": None},
            models={"emotion": "a" * 64},
            machine=replace(MACHINE, board=board),
            conditions=Conditions(10.0, 5.0, 0.01, (50.0, 60.5, 61.0), False, 80.0, 90.0),
            objections=(),
            stages={"detect": figures, TOTAL: figures},
            numbers={
                "startup_s": 0.5,
                "frames": 300,
                "fps": 400.0,
                "faces_per_frame": 0.8,
                "swept": 0.15,
                "cpu_s_per_minute": cpu,
                "memory_mib": 80.0,
                "memory_peak_mib": 90.0,
            },
        )
        return replace(made, **changes)

    return make
