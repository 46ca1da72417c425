"""The whole command, on a machine where all is well and on one where nothing is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.tools.doctor.command import guarded
from tests.edge.tools.doctor.conftest import BROKEN

ROOT = Path(__file__).parents[4]


def doctor(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "doctor", *words]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def found(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {finding["check"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}


def test_where_all_is_well():
    done = doctor("--json", "--source", "demo")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert json.loads(done.stdout)["healthy"] is True
    states = found(done)
    for check in ("Python", "numpy", "cascade", "runtime", "cattrs", "emotion answers", "gate answers"):
        assert states[check] == "ok"
    assert states["picture of demo"] == "ok"


@pytest.mark.parametrize("state", ["missing", "other processor"])
def test_where_nothing_is(tmp_path, state):
    """Every library ends the process that loads it, or is not there; each check still says its own."""
    (tmp_path / "cattrs.py").write_text(BROKEN["missing"])  # pure Python: no processor minds it
    for name in ("numpy", "cv2", "ai_edge_litert", "tflite_runtime", "picamera2", "libcamera"):
        (tmp_path / f"{name}.py").write_text(BROKEN[state])
    done = doctor("--json", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    states = found(done)
    assert states["Python"] == "ok"
    for check in ("numpy", "OpenCV", "runtime", "cattrs"):
        assert states[check] == "problem"
    assert states["emotion model"] == "ok", "its hash needs no library"
    problems = [finding for finding in json.loads(done.stdout)["findings"] if finding["state"] == "problem"]
    assert all(finding["mend"] for finding in problems)
    assert "bug" not in done.stdout


def test_settings_that_are_wrong(tmp_path):
    (tmp_path / "edge.toml").write_text("[camera]\nmax_fsp = 5\n")
    done = doctor("--quiet", "--config", str(tmp_path / "edge.toml"))
    assert done.returncode == 1
    assert done.stdout.startswith("PROBLEM  settings")
    assert "did you mean max_fps?" in done.stdout


def test_a_check_that_fails_itself_keeps_none_of_the_others_from_speaking(setup):
    def check_moon(_):
        raise KeyError("crater")
        yield

    (finding,) = guarded(check_moon, setup)
    assert (finding.check, finding.state) == ("moon", "problem")
    assert "KeyError: 'crater'" in finding.text
