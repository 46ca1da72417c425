"""Commands that are written for the machine they are to be typed on."""

import shlex
import subprocess
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from edge.tools.doctor.host import Host
from tests.edge.tools.doctor.conftest import PI, PYTHON, virtual


def test_a_raspberry_pi(machine):
    host = machine({**PI, "etc/os-release": 'NAME="x"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'})
    assert (host.board, host.is_pi) == ("Raspberry Pi 4 Model B Rev 1.4", True)
    assert host.system == "Debian GNU/Linux 12 (bookworm)"


def test_a_machine_that_says_nothing(machine):
    host = machine()
    assert (host.board, host.is_pi, host.system, host.apt_picamera) == ("", False, "", False)


@pytest.mark.parametrize(("processor", "before_3_12"), [("aarch64", ">=1.24,<2"), ("x86_64", ">=1.24,<3")])
def test_packages_are_installed_where_they_are_missing_in_versions_that_fit(
    machine, tmp_path, monkeypatch, processor, before_3_12
):
    host = virtual(machine(machine=processor), tmp_path / "my venv", apt=False)
    monkeypatch.chdir(tmp_path)
    (command,) = host.install("numpy")
    bounds = before_3_12 if PYTHON < (3, 12) else ">=2,<3"
    assert shlex.split(command) == ["my venv/bin/python", "-m", "pip", "install", f"numpy{bounds}"]


def test_an_environment_of_root_needs_sudo(machine, tmp_path, monkeypatch):
    host = virtual(machine(), tmp_path / "venv", apt=False)
    monkeypatch.setattr("os.access", lambda path, mode: path != host.prefix)
    assert host.pip("list").startswith("sudo ")


def test_a_distributions_own_python_is_left_alone(machine, tmp_path, monkeypatch):
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    host = machine(virtual=False)
    make, fill = host.install("numpy")
    assert shlex.split(make)[1:3] == ["-m", "venv"]
    assert shlex.split(fill)[-1].endswith("requirements-edge.txt")


def test_beside_apt_s_picamera2_an_environment_sees_apt_s_packages(machine, tmp_path):
    host = virtual(machine({"usr/lib/python3/dist-packages/picamera2/__init__.py": ""}), tmp_path / "venv", apt=False)
    make, _ = host.new_environment()
    assert shlex.split(make) == [
        "/usr/bin/python3",
        "-m",
        "venv",
        "--clear",
        "--system-site-packages",
        str(tmp_path / "venv"),
    ]


@pytest.mark.parametrize("apt", [False, True])
def test_an_environment_says_itself_whether_it_sees_apt_s_packages(tmp_path, apt):
    """Of a real one, as Python writes it."""
    folder = tmp_path / "made"
    venv.create(folder, system_site_packages=apt)
    assert replace(Host(), virtual=True, prefix=folder).sees_apt is apt


def test_installed_from_a_folder_it_is_installed_from_there_again(machine, monkeypatch, tmp_path):
    class Distribution:
        def read_text(self, name: str) -> str:
            return '{"url": "file:///home/ann/my%20code"}' if name == "direct_url.json" else ""

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Distribution())
    assert machine(package=tmp_path / "site-packages" / "edge").own_package == "/home/ann/my code"


def test_the_program_can_be_called_as_it_says():
    command = Host().edge("--version")
    done = subprocess.run(command, shell=True, cwd=Path.cwd(), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("emotion-edge ")
