"""What the tests of the log's files share."""

import gzip
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from edge.outputs.log.limits import Limits
from edge.outputs.log.naming import LogName
from edge.outputs.log.rotating import RotatingFile

DAY = date(2026, 1, 31)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def everything(path: Path) -> list[str]:
    """The lines of all files of a log, oldest first; a file that is there twice is refused."""
    text = ""
    for file in LogName(path).rotated():
        (there,) = [name for name in file.paths if name.exists()]
        text += (gzip.decompress(there.read_bytes()) if there == file.packed else there.read_bytes()).decode()
    return (text + (path.read_text() if path.exists() else "")).splitlines()


def rotating(path: Path, limits: Limits, clock: Clock | None = None) -> RotatingFile:
    file = RotatingFile(path, limits, clock or Clock())
    file.open()
    return file


def mounted(*command: str) -> Iterator[Path]:
    """Mounts what the command, which ends with the folder, says, and unmounts it at the end."""
    folder = Path(command[-1])
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=False)
