"""What was measured on: figures of two machines, or of two versions of a library, are not the same thing."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge import __version__
from edge.contract.interpreter import runtime

_ARM_CORES = {
    "0xd03": "Cortex-A53",
    "0xd04": "Cortex-A35",
    "0xd05": "Cortex-A55",
    "0xd07": "Cortex-A57",
    "0xd08": "Cortex-A72",
    "0xd0a": "Cortex-A75",
    "0xd0b": "Cortex-A76",
    "0xc07": "Cortex-A7",
}
"""Arm's part numbers (MIDR_EL1), which is all that Linux says of such a core."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and what is installed on it; "unknown" is what it does not tell.

    `cores` are those that this process may use; `frequency` is the governor's upper limit in MHz.
    """

    board: str
    cpu: str
    cores: int
    governor: str
    frequency: str
    kernel: str
    python: str
    numpy: str
    opencv: str
    runtime: str
    emotion_edge: str

    @property
    def hardware(self) -> tuple[str, str, int, str, str]:
        """What makes two machines comparable."""
        return self.board, self.cpu, self.cores, self.governor, self.frequency


def this_machine(root: Path = Path("/")) -> Machine:
    """Asks the system below `root`. Raises ModelError where no TFLite runtime is installed."""
    import cv2

    scaling = root / "sys/devices/system/cpu/cpu0/cpufreq"
    limit = _line(scaling / "scaling_max_freq")
    return Machine(
        board=_line(root / "proc/device-tree/model") or _line(root / "sys/class/dmi/id/product_name") or "unknown",
        cpu=_cpu(root / "proc/cpuinfo"),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        governor=_line(scaling / "scaling_governor") or "unknown",
        frequency=str(int(limit) // 1000) if limit.isdecimal() else "unknown",
        kernel=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        numpy=np.__version__,
        opencv=cv2.__version__,
        runtime=runtime(),
        emotion_edge=__version__,
    )


def _line(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip("\0\n ")
    except OSError:
        return ""


def _cpu(cpuinfo: Path) -> str:
    entries = [line.partition(":") for line in _line(cpuinfo).splitlines()]
    known = {name.strip(): value.strip() for name, _, value in reversed(entries)}
    part = known.get("CPU part", "")
    return known.get("model name") or _ARM_CORES.get(part) or part or platform.machine() or "unknown"
