"""The rules of the Makefile, with a stand-in for Python: nothing is installed and no camera opened."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

STAND_IN = f"""#!{sys.executable}
import json, os, shutil, sys
from pathlib import Path

if sys.argv[1] == "-c":
    os.execv({sys.executable!r}, sys.argv)
with open(os.environ["CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] == ["-m", "venv"]:
    made = Path(sys.argv[-1], "bin")
    made.mkdir(parents=True, exist_ok=True)
    shutil.copy(sys.argv[0], made / "python")
"""
"""Notes how it is called, makes environments whose Python is itself, and answers questions about Python as one does."""


class Checkout:
    """A folder with the Makefile and what its rules look at."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.python = folder / "python"
        self._calls = folder / "calls"
        folder.mkdir()
        for name in ("Makefile", *(file.name for file in ROOT.glob("requirements-*.txt"))):
            shutil.copy(ROOT / name, folder)
        self.python.write_text(STAND_IN)
        self.python.chmod(0o755)

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        if not shutil.which("make"):
            pytest.skip("make is not installed")
        kept = {name: value for name, value in os.environ.items() if name not in ("SOURCE", "LOG", "MAKEFLAGS")}
        command = ["make", f"PYTHON={self.python}", *arguments]
        surroundings = {**kept, "CALLS": str(self._calls)}
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=surroundings)

    def calls(self) -> list[list[str]]:
        """How Python was called since the last time."""
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        self._calls.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path / "checkout")


@pytest.mark.parametrize(
    "source",
    ["demo", "rtsp://me:pass@camera/live?channel=1&subtype=0", "my clip.mp4", 'it\'s "$HOME" `id`; $(shell id) #1 \\n'],
)
def test_any_source_and_log_arrive_as_they_were_typed(checkout, source):
    done = checkout.make("run", f"SOURCE={source}", f"LOG=logs/{source}")
    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.calls()[-1] == ["-m", "edge", "run", f"--source={source}", f"--log=logs/{source}"]
    assert done.stdout.splitlines()[-1] == f"log: logs/{source}"


def test_without_a_source_the_demo_is_looked_at(checkout):
    assert checkout.make("run").returncode == 0
    assert checkout.calls()[-1] == ["-m", "edge", "run", "--source=demo", "--log=logs/emotions.jsonl"]
