"""picamera2 that is not installed, not visible, built for another numpy, or without a camera."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge.tools.doctor.checks.ribbon import check_picamera
from tests.edge.tools.doctor.conftest import PI, only, virtual, with_source

STANDIN = Path(__file__).parents[3] / "capture" / "standins" / "picamera2.py"
APT = {"usr/lib/python3/dist-packages/picamera2/__init__.py": ""}
FOR_NUMPY_1 = """
import numpy
if int(numpy.__version__.partition(".")[0]) >= 2:
    raise ValueError(
        "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject"
    )
"""


@pytest.fixture
def pi(setup, machine, tmp_path):
    """A Raspberry Pi with apt's picamera2 and an environment that sees it."""
    return replace(setup, host=virtual(machine(PI | APT), tmp_path / "venv", apt=True))


@pytest.fixture
def camera(library, tmp_path, monkeypatch):
    """The stand-in for picamera2, and what is wrong with it."""

    def put(faults: str = "") -> None:
        library("libcamera", "")
        library("picamera2", STANDIN.read_text())
        (tmp_path / "faults").write_text(faults)
        monkeypatch.setenv("STANDIN_PICAMERA2", str(tmp_path / "faults"))

    return put


def test_is_no_matter_for_a_pc(setup):
    assert only(list(check_picamera(setup)), "picamera2").state == "skipped"


def test_a_camera(pi, camera):
    camera()
    found = list(check_picamera(pi))
    assert only(found, "picamera2").state == "ok"
    assert (only(found, "ribbon camera").state, only(found, "ribbon camera").text) == ("ok", "imx708")


@pytest.mark.parametrize(("named", "state"), [(True, "problem"), (False, "note")])
def test_no_camera(pi, camera, named, state):
    camera("absent")
    setup = with_source(pi, "picamera") if named else pi
    found = only(list(check_picamera(setup)), "ribbon camera")
    assert found.state == state
    assert found.mend == ("rpicam-hello --list-cameras",)


@pytest.mark.parametrize("line", ["start_x=1", "camera_auto_detect = 0"])
def test_a_setting_of_the_firmware_that_hides_the_camera(pi, camera, line):
    camera("absent")
    config = pi.host.root / "boot/firmware/config.txt"
    config.parent.mkdir(parents=True)
    config.write_text(f"arm_64bit=1\n{line}\n")
    found = only(list(check_picamera(pi)), "ribbon camera")
    assert "/boot/firmware/config.txt" in found.mend[-1]


def test_is_not_installed(setup, machine, tmp_path, library):
    library("libcamera", "missing")
    setup = replace(setup, host=virtual(machine(PI), tmp_path / "venv", apt=False))
    found = only(list(check_picamera(with_source(setup, "picamera"))), "picamera2")
    assert found.state == "problem"
    apt, make, fill = found.mend
    assert apt.endswith("install python3-picamera2")
    assert "--system-site-packages" in make
    assert "/usr/bin/python3 -m venv" in make
    assert "pip install" in fill


def test_is_hidden_from_a_plain_environment(setup, machine, tmp_path, library):
    library("libcamera", "missing")
    setup = replace(setup, host=virtual(machine(PI | APT), tmp_path / "venv", apt=False))
    found = only(list(check_picamera(setup)), "picamera2")
    assert (found.state, found.text) == ("problem", "is installed, but not for this Python")
    assert "--system-site-packages" in found.mend[0]


def test_numpy_2_beside_apt_s_picamera2(pi, library):
    library("numpy", '__version__ = "2.2.0"')
    library("libcamera", "")
    library("picamera2", FOR_NUMPY_1)
    found = only(list(check_picamera(pi)), "picamera2")
    assert found.state == "problem"
    assert "built for numpy 1" in found.text
    assert "'numpy>=1.24,<2' 'opencv-python-headless>=4.6,<4.12'" in found.mend[0]


def test_a_libcamera_that_crashes(pi, library):
    library("libcamera", "crash")
    found = only(list(check_picamera(pi)), "picamera2")
    assert "SIGABRT" in found.text
    assert "--reinstall" in found.mend[0]
