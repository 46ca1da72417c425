"""Wheels for another machine, fetched on this one: that there are any is part of what is tested."""

import subprocess
import sys
import tomllib
from pathlib import Path

from edge.tools.doctor.requirements import Requirement, needed
from tests.arm64.systems import System

ROOT = Path(__file__).parents[2]
TESTS = ("pytest", "hypothesis")


def fetched(system: System) -> Path:
    """A folder with what installing there takes, and what the tests take; kept until the requirements change."""
    folder, stamp = system.wheels, system.wheels / "fetched.txt"
    wanted = [str(requirement) for requirement in (*edge(system), *optional(), *TESTS)]
    if stamp.exists() and stamp.read_text().splitlines() == wanted:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    # This runtime's wheel wants numpy, of which there is none for this machine but apt's.
    alone = [requirement for requirement in wanted if requirement.startswith("tflite-runtime")]
    _pip(
        system, "download", "--dest", str(folder), *(requirement for requirement in wanted if requirement not in alone)
    )
    if alone:
        _pip(system, "download", "--no-deps", "--dest", str(folder), *alone)
    if system.python == "3.11" and system.machine == "aarch64":
        _pip(system, "download", "--no-deps", "--dest", str(folder), "numpy>=2")  # must not be taken
    stamp.write_text("\n".join([*wanted, ""]))
    return folder


def edge(system: System) -> list[Requirement]:
    """What requirements-edge.txt wants there and apt does not have to bring."""
    lines = (ROOT / "requirements-edge.txt").read_text().splitlines()
    version = tuple(int(part) for part in system.python.split("."))
    found = needed(lines, (version[0], version[1]), system.machine)
    return [one for name, one in found.items() if name not in from_apt(system)]


def from_apt(system: System) -> set[str]:
    """There are no wheels of these for 32-bit Arm on PyPI."""
    return {"numpy", "opencv-python-headless"} if system.architecture == "armhf" else set()


def optional() -> list[str]:
    """What the installer adds: all extras but training's."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    return sorted(package for name in extras.keys() - {"train"} for package in extras[name])


def unpacked(system: System, packages: tuple[str, ...], folder: Path) -> Path:
    """Installs packages for that machine into a folder, from what was fetched, without running anything of it."""
    _pip(system, "install", "--no-index", "--no-compile", "--target", str(folder), *packages)
    return folder


def _pip(system: System, command: str, *arguments: str) -> None:
    tags = (word for tag in system.tags for word in ("--platform", tag))
    fits = (*tags, "--python-version", system.python, "--implementation", "cp", "--only-binary", ":all:")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", command, "--quiet", *fits)
    done = subprocess.run([*pip, "--find-links", system.wheels, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"{system.name}: {' '.join(arguments)}: {done.stderr}"
