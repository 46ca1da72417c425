"""Releases of this checkout as it is, for tests: `.ci/release` makes them of a commit."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ".ci/release"


def call(*command: object, cwd: Path, umask: int = 0o022, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command, with the Python of the tests where the script asks for one."""
    surroundings = {**os.environ, "PYTHON": sys.executable, **environment}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, env=surroundings, umask=umask)


def copied(folder: Path) -> Path:
    """Copies what belongs to this checkout, as it is now, into a folder. Skips the test where that cannot be told."""
    for tool in ("git", "tar", "gzip", "sha256sum"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    listed = call("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def commit(folder: Path) -> None:
    """Makes a folder a checkout of one commit that holds all of it."""
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    for command in (["init", "-q"], ["add", "--all"], [*who, "commit", "-q", "-m", "all"]):
        done = call("git", *command, cwd=folder)
        assert done.returncode == 0, done.stderr


def only(folder: Path, pattern: str) -> Path:
    """The one file there of this pattern."""
    (found,) = folder.glob(pattern)
    return found


def unpack(archive: Path, folder: Path) -> Path:
    """Unpacks an archive. Returns the one folder that it consists of."""
    with tarfile.open(archive) as opened:
        opened.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python 3.11.2 knows none
        opened.extractall(folder)
    return only(folder, "*")
