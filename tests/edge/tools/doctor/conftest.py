"""Libraries, tools and machines that are broken in the ways that real ones are."""

import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edge.service.configuration import Address, Camera, Configuration
from edge.tools.doctor.finding import Finding
from edge.tools.doctor.host import Host
from edge.tools.doctor.setup import Setup

BROKEN = {
    "no libGL": "raise ImportError('libGL.so.1: cannot open shared object file: No such file or directory')",
    "missing": "raise ModuleNotFoundError(f\"No module named '{__name__}'\", name=__name__)",
    "other processor": "import os, signal; os.kill(os.getpid(), signal.SIGILL)",
    "crash": "import os; os.abort()",
    "hang": "import threading; threading.Event().wait()",
    "other numpy": "raise ImportError('numpy.core.multiarray failed to import')",
}
"""What happens when the library is imported, word for word where words matter."""


@pytest.fixture
def library(tmp_path, monkeypatch) -> Callable[[str, str], None]:
    """Puts a module in place of a library, for the processes that this one starts: one of `BROKEN`, or its code."""
    folder = tmp_path / "libraries"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def write(name: str, code: str) -> None:
        (folder / f"{name}.py").write_text(BROKEN.get(code, code))

    return write


@pytest.fixture
def tool(tmp_path, monkeypatch) -> Callable[[str, str], None]:
    """Puts a shell script on the PATH in place of a program."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")

    def write(name: str, script: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return write


@pytest.fixture
def machine(tmp_path) -> Callable[..., Host]:
    """A host whose system's files are written by the test: path and text; other values as fields."""
    root = tmp_path / "root"
    root.mkdir()

    def make(files: dict[str, str] | None = None, **changes: object) -> Host:
        for name, text in (files or {}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return replace(Host(), root=root, **changes)

    return make


PI = {"proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0"}


@pytest.fixture
def setup(machine) -> Setup:
    """A PC without anything special."""
    return Setup(host=machine())


def with_source(setup: Setup, source: str) -> Setup:
    """The user named a source."""
    return replace(setup, settings=Configuration(camera=Camera(source=Address(source))), named=True)


def virtual(host: Host, folder: Path, *, apt: bool) -> Host:
    """As if in a virtual environment."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = {str(apt).lower()}\n")
    return replace(host, virtual=True, prefix=folder, executable=folder / "bin" / "python")


def only(findings: list[Finding], check: str) -> Finding:
    """The one finding of this name."""
    (found,) = [finding for finding in findings if finding.check == check]
    return found


PYTHON = sys.version_info[:2]
