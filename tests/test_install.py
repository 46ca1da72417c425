"""The edge from nothing: a new environment with requirements-edge.txt alone, and the wheel in an empty directory."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.network


def call(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """An environment that holds what requirements-edge.txt names and nothing else."""
    folder = tmp_path_factory.mktemp("edge-only")
    venv.create(folder, with_pip=True)
    found = folder / "bin" / "python"
    done = call(found, "-m", "pip", "install", "-q", "-r", ROOT / "requirements-edge.txt", cwd=folder)
    if done.returncode and "Could not find a version" not in done.stderr:
        pytest.skip(f"no package index to install from: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return found


def test_the_command_line_starts_with_the_edge_requirements_alone(python):
    listed = call(python, "-m", "pip", "list", "--format=json", cwd=ROOT)
    names = {entry["name"].lower() for entry in json.loads(listed.stdout)}
    assert not names & {"tensorflow", "keras", "torch", "jax", "pytest"}
    for command in (["--help"], ["run", "--help"], ["image", "--help"]):
        done = call(python, "-m", "edge", *command, cwd=ROOT)
        assert (done.returncode, done.stderr) == (0, "")
        assert "usage:" in done.stdout


def test_the_demo_runs_with_the_edge_requirements_alone(python, tmp_path):
    log = tmp_path / "log.jsonl"
    done = call(python, "-m", "edge", "run", "--source", "demo", "--max-frames", "60", "--log", log, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()][:2] == ["start", "face"]


def test_the_wheel_works_from_an_empty_directory(python, tmp_path):
    done = call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("emotion_edge-*.whl")
    assert wheel.stat().st_size < 6e6
    done = call(python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    command = python.with_name("emotion-edge")
    done = call(command, "run", "--source", "demo", "--max-frames", "60", "--log", "-", cwd=empty)
    assert done.returncode == 0, done.stderr
    assert {"start", "face", "emotion", "stop"} <= {json.loads(line)["event"] for line in done.stdout.splitlines()}
    assert list(empty.iterdir()) == [], "nothing is written that was not asked for"
