"""What is told of a machine."""

import sys
from pathlib import Path

import pytest

from edge import __version__
from edge.tools.bench.machine import this_machine


@pytest.fixture
def pi(tmp_path):
    """The files of a Raspberry Pi 4."""

    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    write("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
    write("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nprocessor\t: 1\n")
    write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand\n")
    write("sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", "1800000\n")
    return tmp_path


def test_a_raspberry_pi(pi):
    machine = this_machine(pi)
    assert machine.hardware[:2] == ("Raspberry Pi 4 Model B Rev 1.4", "Cortex-A72")
    assert machine.hardware[3:] == ("ondemand", "1800")


def test_a_pc(tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text(
        "processor : 0\nmodel name : Some CPU @ 3 GHz\n\nprocessor : 1\nmodel name : Other\n"
    )
    assert this_machine(tmp_path).cpu == "Some CPU @ 3 GHz"


def test_what_is_not_told_is_unknown(tmp_path):
    machine = this_machine(tmp_path)
    assert (machine.board, machine.governor, machine.frequency) == ("unknown",) * 3
    assert machine.cpu


def test_this_one():
    machine = this_machine(Path("/"))
    assert machine.cores >= 1
    assert machine.python == ".".join(map(str, sys.version_info[:3]))
    assert machine.emotion_edge == __version__
    assert machine.runtime.split()[0] in ("ai-edge-litert", "tflite-runtime")
