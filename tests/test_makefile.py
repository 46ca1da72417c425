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

if sys.argv[1] == "-c" and "ANSWER" in os.environ:
    sys.exit(print(os.environ["ANSWER"]))
if sys.argv[1] == "-c":
    os.execv({sys.executable!r}, sys.argv)
with open(os.environ["CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] == ["-m", "venv"]:
    made = Path(sys.argv[-1])
    if made.exists() and "--clear" in sys.argv:
        shutil.rmtree(made)
    Path(made, "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy(sys.argv[0], made / "bin")
"""
"""Notes how it is called, makes environments whose Python is itself; what it is $ANSWER says, or a real one."""


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

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        if not shutil.which("make"):
            pytest.skip("make is not installed")
        of_its_own = ("SOURCE", "LOG", "APT", "MAKE", "MFLAGS")  # these tests may have been started by make themselves
        kept = {name: value for name, value in os.environ.items() if not name.startswith(of_its_own)}
        command = ["make", f"PYTHON={self.python}", "APT=/none", *arguments]
        surroundings = {**kept, "CALLS": str(self._calls), **environment}
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, env=surroundings)

    def calls(self) -> list[list[str]]:
        """How Python was called since the last time."""
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        self._calls.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path / "a checkout")


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


PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"]
INSTALLED = [*PIP, "requirements-edge.txt"]
MADE = ["-m", "venv", "--clear", ".venv"]


def steps(checkout: Checkout, *arguments: str, **environment: str) -> list[list[str]]:
    """How `make run` called Python before the program itself."""
    done = checkout.make("run", *arguments, **environment)
    assert done.returncode == 0, done.stderr
    return checkout.calls()[:-1]


def test_an_environment_is_made_once_and_keeps_what_is_in_it(checkout):
    assert steps(checkout) == [MADE, INSTALLED]
    assert steps(checkout) == []
    (stamp,) = (checkout.folder / ".venv").glob(".ready*")
    os.utime(stamp, (1, 1))  # older than the requirements
    assert steps(checkout) == [INSTALLED]


def test_an_environment_of_another_python_is_made_anew(checkout):
    for found in ("3.11 64 x86_64", "3.13 64 x86_64", "3.11 64 x86_64"):
        assert steps(checkout, ANSWER=found) == [MADE, INSTALLED]
        (stamp,) = (checkout.folder / ".venv").glob(".ready*")
        assert stamp.name == f".ready-{found[:4]}"
        assert steps(checkout, ANSWER=found) == []


def test_with_apts_camera_library_it_is_made_anew(checkout):
    (checkout.folder / "picamera2").mkdir()
    assert steps(checkout) == [MADE, INSTALLED]
    assert steps(checkout, "APT=.") == [[*MADE[:-1], "--system-site-packages", ".venv"], INSTALLED]


def test_the_tests_have_an_environment_of_their_own(checkout):
    done = checkout.make("soak")
    assert done.returncode == 0, done.stderr
    assert checkout.calls()[0] == ["-m", "venv", "--clear", ".venv-dev"]
    assert checkout.make("soak").returncode == 0
    assert checkout.calls() == [["-m", "pytest", "-m", "soak", "--capture=no"]]


def test_a_32_bit_system_under_a_64_bit_kernel_is_refused_as_the_installer_does(checkout):
    for machine in ("aarch64", "armv8l"):
        done = checkout.make("run", ANSWER=f"3.11 32 {machine}")
        said, _ = done.stderr.splitlines()  # the second one is make's own
        assert (done.returncode, checkout.calls()) == (2, [])
        assert f'"{said}"' in (ROOT / "systemd" / "install.sh").read_text().replace("\\\n", "")
    assert checkout.make("run", ANSWER="3.11 32 armv7l").returncode == 0


@pytest.mark.parametrize("found", ["3.10 64 x86_64", "3.14 64 x86_64", "2.7 64 x86_64", ""])
def test_another_python_is_refused_in_one_line(checkout, found):
    done = checkout.make("run", ANSWER=found)
    said, _ = done.stderr.splitlines()
    assert (done.returncode, checkout.calls()) == (2, [])
    assert said == f"{checkout.python} is not Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.11 ..."


def test_a_release_is_made_with_the_python_of_the_tests(checkout):
    script = checkout.folder / ".ci" / "release"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\necho "$PYTHON" "$@"\n')
    script.chmod(0o755)
    done = checkout.make("release")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{checkout.folder}/.venv-dev/bin/python dist"


@pytest.mark.parametrize("target", ["run", "test"])
def test_what_would_be_done_is_told_without_doing_it(checkout, target):
    before = set(checkout.folder.iterdir())
    done = checkout.make("-n", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert (checkout.calls(), set(checkout.folder.iterdir())) == ([], before)
