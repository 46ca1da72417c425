import builtins
import os

import pytest

from edge.service.configuration import Configuration
from edge.tools.doctor.checks.settings import read_settings
from edge.tools.doctor.host import Host
from tests.closed import closed_folder


def test_none_is_nothing_to_tell():
    assert read_settings(Host(), None, None) == (Configuration(), [])


def test_good_ones_are_used(tmp_path):
    file = tmp_path / "edge.toml"
    file.write_text('[mqtt]\nhost = "broker"\n')
    settings, (found,) = read_settings(Host(), file, "picamera")
    assert found.state == "ok"
    assert (settings.mqtt.host, settings.camera.source) == ("broker", "picamera")


def test_each_mistake_is_told_and_the_defaults_are_looked_at(tmp_path):
    file = tmp_path / "edge.toml"
    file.write_text("[camera]\nmax_fsp = 5\n[vision]\nthreads = 99\n")
    settings, found = read_settings(Host(), file, "demo")
    assert [(one.state, one.mend) for one in found] == [("problem", (f"nano {file}",))] * 2
    assert "did you mean max_fps?" in found[0].text
    assert settings.camera.source == "demo"
    assert settings.vision == Configuration().vision


def test_those_that_are_not_for_everybody_are_read_with_sudo(tmp_path):
    with closed_folder(tmp_path) as closed:
        settings, (found,) = read_settings(Host(), closed / "config.toml", None)
        wanted = f"sudo {Host().edge('doctor', '--config', 'closed/config.toml')}"
    assert settings == Configuration()
    assert (found.state, found.mend) == ("problem", (wanted,))
    assert found.text == "closed/config.toml: cannot be read (Permission denied)"


def test_those_of_somebody_else_are_changed_with_sudo(tmp_path, monkeypatch):
    file = tmp_path / "edge.toml"
    file.write_text("[vision]\nthreads = 99\n")
    monkeypatch.setattr("os.access", lambda path, mode: mode == os.R_OK)  # root may write anywhere
    _, (found,) = read_settings(Host(), file, None)
    assert found.mend == (f"sudo nano {file}",)


@pytest.mark.parametrize("named", [False, True])
def test_without_what_reads_them(tmp_path, monkeypatch, named):
    real = builtins.__import__

    def without(name: str, *rest: object):
        if name == "edge.service.configuration_reading":
            raise ModuleNotFoundError("No module named 'cattrs'", name="cattrs")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    settings, found = read_settings(Host(), tmp_path / "edge.toml" if named else None, None)
    assert settings == Configuration()
    assert [one.state for one in found] == (["skipped"] if named else [])
