from dataclasses import replace

import pytest

from edge.tools.doctor.checks.interpreter import check_python
from tests.edge.tools.doctor.conftest import only, virtual, with_source

APT = {"usr/lib/python3/dist-packages/picamera2/__init__.py": ""}


def test_this_one_will_do(setup):
    assert only(list(check_python(setup)), "Python").state == "ok"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"python": (3, 9, 2)}, "3.11 to 3.13 are needed"),
        ({"python": (3, 14, 0)}, "3.11 to 3.13 are needed"),
        ({"python": (3, 11, 2), "bits": 32, "machine": "aarch64"}, "under a 64-bit kernel"),
        ({"python": (3, 13, 5), "bits": 32, "machine": "armv7l"}, "for 3.11 only"),
        ({"python": (3, 11, 2), "bits": 32, "machine": "armv6l"}, "ARMv6"),
    ],
)
def test_one_that_nothing_can_be_installed_for(setup, changes, words):
    found = only(list(check_python(replace(setup, host=replace(setup.host, **changes)))), "Python")
    assert found.state == "problem"
    assert words in found.text


def test_a_32_bit_pi_with_bookworm_will_do(setup):
    host = replace(setup.host, python=(3, 11, 2), bits=32, machine="armv7l")
    assert only(list(check_python(replace(setup, host=host))), "Python").state == "ok"


@pytest.mark.parametrize(("source", "state"), [("picamera", "problem"), ("0", "note")])
def test_an_environment_that_hides_apt_s_picamera2(setup, machine, tmp_path, source, state):
    setup = replace(with_source(setup, source), host=virtual(machine(APT), tmp_path / "venv", apt=False))
    found = only(list(check_python(setup)), "environment")
    assert found.state == state
    assert "--system-site-packages" in found.mend[0]


def test_one_that_shows_it(setup, machine, tmp_path):
    setup = replace(with_source(setup, "picamera"), host=virtual(machine(APT), tmp_path / "venv", apt=True))
    assert only(list(check_python(setup)), "environment").state == "ok"


@pytest.mark.parametrize("name", ["types.py", "numpy.py"])
def test_a_file_that_hides_a_module(setup, tmp_path, monkeypatch, name):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / name).touch()
    (folder / "my_own.py").touch()
    monkeypatch.chdir(folder)
    assert not [finding for finding in check_python(setup) if finding.check == "file names"], "not on the path"
    monkeypatch.syspath_prepend("")
    found = only(list(check_python(setup)), "file names")
    assert found.state == "problem"
    assert found.mend == (f"mv {name} my_{name}",)
