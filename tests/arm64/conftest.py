"""What the tests on Arm share: the systems, the releases that are installed there, and the answers to compare with."""

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from edge.capture.demo import open_demo
from edge.capture.video import VideoFile
from tests.arm64 import results
from tests.arm64.machine import Machine, machine
from tests.arm64.systems import SYSTEMS, System, made, missing
from tests.arm64.wheels import TESTS, fetched, unpacked
from tests.releases import ROOT, SCRIPT, call, commit, copied, only, unpack

PROBE = "tests/arm64/probe.py"
CHECKOUT, WHEELS, TOOLS, OLD, NEW = "/mnt/checkout", "/mnt/wheels", "/mnt/tools", "/mnt/old", "/mnt/new"
CLIP = "/mnt/clip/clip.avi"
OLD_VERSION = "0.0.1"
DEMO_FPS = 15


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(results.Results(Path(__file__).with_name("RESULTS.md")))


@pytest.fixture(scope="session", params=SYSTEMS, ids=lambda system: system.name)
def system(request) -> System:
    if reason := missing():
        pytest.skip(reason)
    made(request.param)
    return request.param


@pytest.fixture(scope="session")
def releases(tmp_path_factory) -> dict[str, Path]:
    """What lies in the archive for systemd/install.sh: of an earlier version, and of this checkout."""
    found = {}
    for name in (OLD, NEW):
        checkout = copied(tmp_path_factory.mktemp("checkout"))
        if name == OLD:
            init = checkout / "edge/__init__.py"
            text = init.read_text()
            init.write_text(text.replace(f'__version__ = "{_version(text)}"', f'__version__ = "{OLD_VERSION}"'))
        commit(checkout)
        out = tmp_path_factory.mktemp("release") / "dist"
        done = call(SCRIPT, out, cwd=checkout)
        assert done.returncode == 0, done.stderr
        found[name] = unpack(only(out, "*-service.tar.gz"), tmp_path_factory.mktemp("unpacked"))
    return found


def _version(text: str) -> str:
    return next(line.split('"')[1] for line in text.splitlines() if line.startswith("__version__"))


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """The demo clip's grey pictures as this machine decodes them, in a form that all decode alike."""
    path = tmp_path_factory.mktemp("clip") / Path(CLIP).name
    with open_demo() as source:
        frames = list(source)
    rows, columns = frames[0].grey.shape
    grey = [cv2.VIDEOWRITER_PROP_IS_COLOR, 0]
    form = cv2.VideoWriter.fourcc(*"FFV1")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, form, DEMO_FPS, (columns, rows), grey)
    for frame in frames:
        writer.write(frame.grey)
    writer.release()
    with VideoFile(path) as source:
        assert [frame.grey.tobytes() for frame in source] == [frame.grey.tobytes() for frame in frames]
    return path


@pytest.fixture(scope="session")
def bare(system, releases, clip, tmp_path_factory) -> Iterator[Machine]:
    """A machine on which nothing is installed yet."""
    fetched(system)
    tools = unpacked(system, TESTS, tmp_path_factory.mktemp("tools"))
    seen = {ROOT: CHECKOUT, system.wheels: WHEELS, tools: TOOLS, clip.parent: str(Path(CLIP).parent)}
    seen |= {folder: name for name, folder in releases.items()}
    with machine(system, tmp_path_factory.mktemp("machine"), seen) as one:
        if system.picamera2:
            package = one.path("/usr/lib/python3/dist-packages/picamera2")
            package.mkdir()
            shutil.copy(ROOT / "tests/edge/capture/standins/picamera2.py", package / "__init__.py")
        yield one


@pytest.fixture(scope="session")
def reference(system, clip, tmp_path_factory) -> dict:
    """What this machine sees, with the same runtime."""
    python = _with_old_runtime(tmp_path_factory.mktemp("old")) if system.architecture == "armhf" else sys.executable
    done = call(python, ROOT / PROBE, clip, cwd=ROOT, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _with_old_runtime(folder: Path) -> Path:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("tflite-runtime 2.14.0 has wheels for Python 3.11 at most; make PYTHON=python3.11 test-arm64")
    venv.create(folder, with_pip=True)
    packages = ("tflite-runtime==2.14.0", "numpy<2", "opencv-python-headless==4.6.0.66", "cattrs>=25.1,<27")
    pip = (folder / "bin/python", "-m", "pip", "install", "-q", "--only-binary", ":all:", *packages)
    done = subprocess.run(pip, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "bin/python"
