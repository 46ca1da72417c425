"""A service that is missing, failed or crashing; a broker that is away, refuses or is somebody else."""

import shutil
import socket
import subprocess
import threading
from dataclasses import replace

import pytest

from edge.service.configuration import Configuration, Mqtt, Secret
from edge.tools.doctor.checks.service import check_broker, check_service
from tests.brokers import Mosquitto, free_port, needs_mosquitto


@pytest.fixture
def systemd(setup, machine, tool):
    """Has systemctl say this of the unit."""

    def say(script: str, **state: str) -> object:
        properties = "\n".join(f"{name}={value}" for name, value in state.items())
        tool("systemctl", script or f"cat <<'END'\n{properties}\nEND")
        (replaced,) = check_service(replace(setup, host=machine({"run/systemd/system/.here": ""})))
        return replaced

    return say


LOADED = {"LoadState": "loaded", "UnitFileState": "enabled", "NRestarts": "0", "ExecMainStatus": "0"}


def test_no_systemd(setup):
    (found,) = check_service(setup)
    assert (found.state, found.text) == ("skipped", "no systemd runs here")


@pytest.mark.parametrize(
    ("state", "expected", "words", "mend"),
    [
        ({"LoadState": "not-found", "ActiveState": "inactive"}, "skipped", "not installed", None),
        ({"ActiveState": "active", "StatusText": "10.0 fps"}, "ok", "active: 10.0 fps; its own settings", None),
        (
            {"ActiveState": "active", "SubState": "running", "UnitFileState": "disabled"},
            "note",
            "not started at boot",
            "e",
        ),
        ({"ActiveState": "inactive", "SubState": "dead"}, "note", "not running", "enable --now"),
        ({"ActiveState": "failed", "ExecMainStatus": "78"}, "problem", "its settings are wrong", "--check"),
        ({"ActiveState": "failed", "ExecMainStatus": "1", "NRestarts": "5"}, "problem", "5 restarts", "journalctl"),
        ({"ActiveState": "activating", "SubState": "auto-restart"}, "problem", "crashes", "journalctl"),
    ],
)
def test_what_systemd_says(systemd, state, expected, words, mend):
    found = systemd("", **{**LOADED, **state})
    assert found.state == expected
    assert words in found.text
    assert (mend is None) == (found.mend == ())
    assert mend is None or mend in found.mend[0]


def test_a_systemd_that_does_not_answer(systemd):
    found = systemd("echo 'Failed to connect to bus' >&2; exit 1")
    assert (found.state, found.text) == ("skipped", "systemd does not answer: Failed to connect to bus")


@pytest.fixture
def broker(setup):
    def look(**mqtt: object) -> object:
        (found,) = check_broker(replace(setup, settings=Configuration(mqtt=Mqtt(**mqtt))))
        return found

    return look


def test_no_broker(broker):
    assert broker().state == "skipped"


def test_a_broker_that_is_not_there(broker):
    found = broker(host="127.0.0.1", port=free_port())
    assert found.state == "problem"
    assert "Connection refused" in found.text
    assert "mosquitto" in found.mend[0]


def test_a_name_that_nobody_has(broker):
    found = broker(host="broker.invalid")
    assert found.state == "problem"
    assert found.mend == ("getent hosts broker.invalid",)


def test_one_that_hangs_up(broker):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        found = broker(host="127.0.0.1", port=server.getsockname()[1])
    assert found.state == "problem"
    assert "hung up" in found.text


@needs_mosquitto
def test_one_that_lets_us_in(broker, tmp_path):
    with Mosquitto(tmp_path) as real:
        found = broker(host="127.0.0.1", port=real.port)
    assert (found.state, found.text) == ("ok", f"127.0.0.1:{real.port} lets us in")


@needs_mosquitto
@pytest.mark.parametrize(("password", "state"), [("pine", "ok"), ("fir", "problem")])
def test_a_password(broker, tmp_path, password, state):
    if not shutil.which("mosquitto_passwd"):
        pytest.skip("mosquitto_passwd is not installed")
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", file, "ann", "pine"], check=True, capture_output=True)
    with Mosquitto(tmp_path, "allow_anonymous false", f"password_file {file}") as real:
        found = broker(host="127.0.0.1", port=real.port, username="ann", password=Secret(password))
    assert found.state == state
    assert password not in str(found)
    assert state == "ok" or "Not authorized" in found.text


@needs_mosquitto
def test_tls_with_one_that_does_not_speak_it(broker, tmp_path):
    with Mosquitto(tmp_path) as real:
        found = broker(host="127.0.0.1", port=real.port, tls=True)
    assert found.state == "problem"
    assert found.mend[0].startswith(("openssl s_client", "ping"))


def test_without_paho(broker, library):
    library("paho", "missing")
    assert broker(host="127.0.0.1").text == "needs paho-mqtt"
