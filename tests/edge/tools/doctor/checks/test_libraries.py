"""Libraries that are missing, broken, too new or of the wrong kind."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from edge.service.configuration import Configuration, Metrics, Mqtt, Vision, Web
from edge.tools.doctor.checks import libraries
from edge.tools.doctor.checks.libraries import check_numpy, check_opencv, check_packages
from tests.edge.tools.doctor.conftest import PYTHON, only, virtual

ROOT = Path(__file__).parents[5]
OPENCV_5 = """
__version__ = "5.0.0"
class error(Exception): pass
class VideoCapture: pass
def resize(picture, size, **_): return picture
def setNumThreads(number): pass
"""
NUMPY = '__version__ = "{version}"\nuint8 = int\n'


@pytest.fixture
def setup(setup, tmp_path):
    """In a virtual environment, where the commands are pip's."""
    return replace(setup, host=virtual(setup.host, tmp_path / "venv", apt=False))


def test_all_is_well_here(setup):
    assert only(list(check_numpy(setup)), "numpy").state == "ok"
    found = list(check_opencv(setup))
    assert only(found, "cascade").state == "ok"
    assert only(found, "OpenCV").state in ("ok", "note"), "two of its packages may be installed here"
    assert only(found, "OpenCV").text.startswith("4.")


@pytest.mark.parametrize("check", [check_numpy, check_opencv])
def test_without_the_library(setup, library, check):
    library({check_numpy: "numpy", check_opencv: "cv2"}[check], "missing")
    found = next(iter(check(setup)))
    assert (found.state, found.text) == ("problem", "is not installed")
    assert found.mend[0].startswith(f"{setup.host.executable} -m pip install ")


@pytest.mark.parametrize("state", ["no libGL", "other processor", "crash", "other numpy"])
@pytest.mark.parametrize(("name", "check"), [("numpy", check_numpy), ("cv2", check_opencv)])
def test_a_library_that_cannot_be_loaded(setup, library, name, check, state):
    library(name, state)
    found = next(iter(check(setup)))
    assert found.state == "problem"
    assert found.mend
    assert "\n" not in found.text


def test_without_opencv_the_cascade_is_not_looked_for(setup, library):
    library("cv2", "no libGL")
    assert only(list(check_opencv(setup)), "cascade").state == "skipped"


def test_the_headless_build_takes_the_place_of_one_that_needs_a_display(setup, library, monkeypatch):
    library("cv2", "no libGL")
    monkeypatch.setattr(libraries, "_installed", lambda: ["opencv-python"])
    found = only(list(check_opencv(setup)), "OpenCV")
    assert "libGL.so.1" in found.text
    remove, install = found.mend[:2]
    assert remove.endswith("pip uninstall --yes opencv-python")
    assert "--force-reinstall --no-deps" in install
    assert "opencv-python-headless>=4." in install


def test_a_headless_build_that_lacks_a_library_gets_it_from_apt(setup, library, monkeypatch):
    library("cv2", "no libGL")
    monkeypatch.setattr(libraries, "_installed", lambda: ["opencv-python-headless"])
    assert "install libgl1" in only(list(check_opencv(setup)), "OpenCV").mend[0]


def test_opencv_5_has_no_cascades(setup, library):
    library("cv2", OPENCV_5)
    found = list(check_opencv(setup))
    assert "5.0.0 has no CascadeClassifier" in only(found, "OpenCV").text
    assert only(found, "OpenCV").state == "problem"
    assert any("opencv-python-headless>=4." in command and ",<" in command for command in only(found, "OpenCV").mend)
    assert only(found, "cascade").state == "skipped"


def test_two_opencvs_overwrite_each_other(setup, monkeypatch):
    both = ["opencv-python", "opencv-python-headless"]
    monkeypatch.setattr(libraries, "_installed", lambda: both)
    found = only(list(check_opencv(setup)), "OpenCV")
    assert found.state == "note"
    assert "uninstall --yes opencv-python opencv-python-headless" in found.mend[0]


@pytest.mark.parametrize(
    "content", [None, "<html>404</html>", "<?xml version='1.0'?><opencv_storage></opencv_storage>"]
)
def test_a_cascade_that_is_missing_or_none(setup, tmp_path, content):
    file = tmp_path / "cascade.xml"
    if content is not None:
        file.write_text(content)
    setup = replace(setup, settings=Configuration(vision=Vision(cascade=file)), file=tmp_path / "edge.toml")
    found = only(list(check_opencv(setup)), "cascade")
    assert found.state == "problem"
    assert str(file) in found.text
    assert found.mend == (f"nano {tmp_path / 'edge.toml'}",)


def test_an_opencv_without_its_cascades_and_without_apt_s(setup, library):
    """As an OpenCV that somebody built without data."""
    code = "import importlib.util as u, sys\nsys.path.remove(__file__.rpartition('/')[0])\ndel sys.modules['cv2']\n"
    code += "import cv2\ncv2.data.haarcascades = '/nowhere/'\n"
    library("cv2", code)
    found = only(list(check_opencv(setup)), "cascade")
    if found.state == "ok":
        pytest.skip("apt's opencv-data is installed here")
    assert "is in none of" in found.text
    assert "opencv-python-headless" in found.mend[0]


def test_a_numpy_out_of_bounds_is_worth_a_note(setup, library):
    """The library alone may work; what does not work beside it says so itself."""
    other = "2.1.0" if PYTHON < (3, 12) else "1.26.4"
    array = (
        "class _Any:\n    def __getattr__(self, _): return lambda *a: self\n    def __matmul__(self, _): return self\n"
    )
    library(
        "numpy", f"{array}    def __float__(self): return 1.0\n__version__ = '{other}'\narange = lambda n: _Any()\n"
    )
    board = replace(setup, host=replace(setup.host, machine="aarch64"))  # a PC may have either below Python 3.12
    found = only(list(check_numpy(board)), "numpy")
    assert found.state == "note"
    assert found.text.startswith(other)


@pytest.mark.parametrize(
    ("extra", "modules", "settings"),
    [
        ("mqtt", ["paho"], Configuration(mqtt=Mqtt(host="127.0.0.1"))),
        ("metrics", ["prometheus_client"], Configuration(metrics=Metrics(port=9108))),
        ("web", ["starlette", "uvicorn"], Configuration(web=Web(listen="8080"))),
    ],
)
def test_packages_that_the_settings_need(setup, library, extra, modules, settings):
    for module in modules:
        library(module, "missing")
    assert [finding.check for finding in check_packages(setup)] == ["cattrs"]
    found = {finding.check: finding for finding in check_packages(replace(setup, settings=settings))}
    assert found.pop("cattrs").state == "ok"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][extra]
    assert [f"{setup.host.executable} -m pip install '{each}'" for each in wanted] == [
        command for one in found.values() for command in one.mend
    ]
    assert [(one.state, one.text) for one in found.values()] == [("problem", "is not installed")] * len(modules)


def test_a_distribution_s_python_gets_an_environment_with_the_optional_packages_too(setup, library, monkeypatch):
    library("paho", "missing")
    library("cattrs", "missing")
    monkeypatch.setattr(type(setup.host), "managed", property(lambda host: True))
    found = list(check_packages(replace(setup, settings=Configuration(mqtt=Mqtt(host="127.0.0.1")))))
    for package in ("cattrs", "paho-mqtt"):
        assert "-m venv" in only(found, package).mend[0]
    assert only(found, "paho-mqtt").mend[1] == only(found, "cattrs").mend[1] + " 'paho-mqtt>=2.1,<3'"


@pytest.mark.parametrize(("name", "check"), [("numpy", check_numpy), ("cv2", check_opencv)])
def test_a_distribution_s_python_is_not_told_to_replace_what_pip_may_not_touch(
    setup, library, monkeypatch, name, check
):
    """PEP 668: pip refuses there, however it is asked."""
    library(name, "crash")
    monkeypatch.setattr(libraries, "_installed", lambda: ["opencv-python"])
    monkeypatch.setattr(type(setup.host), "managed", property(lambda host: True))
    assert next(iter(check(setup))).mend == setup.host.new_environment()


def test_apt_s_own_are_told_as_such(setup, library):
    folder = "/usr/lib/python3/dist-packages/numpy/__init__.py"
    library("numpy", _apt(folder))
    assert "(apt's)" in only(list(check_numpy(setup)), "numpy").text


def _apt(folder: str) -> str:
    """The real one, with the file's name of apt's."""
    return (
        "import sys\nsys.path.remove(__file__.rpartition('/')[0])\ndel sys.modules['numpy']\n"
        f"import numpy\nnumpy.__file__ = {folder!r}\n"
    )


def test_a_package_that_is_too_old(setup, library, tmp_path):
    """Debian's paho-mqtt is 1.6, which has other calls."""
    library("paho", "")
    described = tmp_path / "libraries" / "paho_mqtt-1.6.1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: paho-mqtt\nVersion: 1.6.1\n")
    setup = replace(setup, settings=Configuration(mqtt=Mqtt(host="127.0.0.1")))
    found = only(list(check_packages(setup)), "paho-mqtt")
    assert (found.state, found.text) == ("problem", "1.6.1; >=2.1,<3 is needed")
    assert "'paho-mqtt>=2.1,<3'" in found.mend[0]
