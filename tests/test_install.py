"""The edge from nothing: a new environment with requirements-edge.txt alone, and the wheel in an empty directory."""

import json
import subprocess
import sys
import venv
import zipfile
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = call(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("emotion_edge-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(python, wheel) -> Path:
    """The same environment with the wheel in it."""
    done = call(python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", wheel, cwd=wheel.parent)
    assert done.returncode == 0, done.stderr
    return python


def test_the_wheel_holds_the_edge_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    inside = {name for name in names if ".dist-info/" not in name}
    assert {name.split("/")[0] for name in inside} == {"edge"}
    models = {"emotion.tflite", "emotion.json", "gate.tflite", "gate.json"}
    assert {Path(name).name for name in inside if name.startswith("edge/models/")} == models
    assert {"edge/py.typed", "edge/assets/demo.mp4", "edge/__main__.py"} <= inside
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "edge").rglob("*.py")}
    assert {name for name in inside if name.endswith(".py")} == modules - {"edge/assets/make_demo.py"}
    assert not [name for name in inside if name.endswith((".pyc", ".md")) and "CREDITS" not in name]
    assert wheel.stat().st_size < 6e6


def test_the_wheel_works_from_an_empty_directory(installed, tmp_path):
    command = installed.with_name("emotion-edge")
    done = call(command, "run", "--source", "demo", "--max-frames", "60", "--log", "-", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"start", "face", "emotion", "stop"} <= {json.loads(line)["event"] for line in done.stdout.splitlines()}
    assert list(tmp_path.iterdir()) == [], "nothing is written that was not asked for"


SCRIPT = """
import numpy as np

from edge import EdgeError, ObservedFace, Pipeline

pipeline = Pipeline.load()
faces: tuple[ObservedFace, ...] = pipeline.analyze(np.zeros((480, 640, 3), np.uint8))
share: float = sum(face.probabilities["happy"] for face in faces)
try:
    pipeline.process(np.zeros((0, 0), np.uint8), 0.0)
except EdgeError as error:
    code: int = error.exit_code
print(len(faces), share, code)
"""


def test_a_users_script_runs_and_its_types_are_checked(installed, tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT)
    done = call(installed, script, cwd=tmp_path)
    assert (done.returncode, done.stdout.split()) == (0, ["0", "0", "64"]), done.stderr
    check = [sys.executable, "-m", "mypy", "--strict", "--python-executable", installed, "--no-incremental"]
    assert call(*check, script, cwd=tmp_path).returncode == 0
    script.write_text(SCRIPT.replace("face.probabilities", "face.probability"))
    wrong = call(*check, script, cwd=tmp_path)
    assert wrong.returncode == 1
    assert '"ObservedFace" has no attribute "probability"' in wrong.stdout


def test_every_optional_part_has_an_extra(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = archive.read(name).decode()
    assert {"mqtt", "metrics", "train"} <= {
        line.split(": ")[1] for line in told.splitlines() if line.startswith("Provides-Extra: ")
    }
