"""Logging in, encryption, and brokers that are none."""

import socket
import subprocess
import sys
import time

import pytest

from edge.contract.errors import ConfigurationError
from edge.outputs.mqtt_connection import Broker, Connection
from tests.brokers import Mosquitto, needs_mosquitto, wait_until


class Counting:
    """Counts how often the broker was reached."""

    def __init__(self, broker: Broker):
        self.reached = 0
        self.connection = Connection(broker, "test", "a/availability", self._connected)

    def _connected(self) -> None:
        self.reached += 1

    def __enter__(self) -> "Counting":
        self.connection.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.stop()


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@needs_mosquitto
def test_a_user_with_a_password(tmp_path, caplog):
    run("mosquitto_passwd", "-b", "-c", tmp_path / "users", "ann", "pine tree")
    with Mosquitto(tmp_path, "allow_anonymous false", f"password_file {tmp_path}/users") as broker:
        with Counting(Broker("127.0.0.1", broker.port, "ann", "pine tree")) as good:
            wait_until(lambda: good.reached == 1, "logged in")
        assert caplog.records == []
        with Counting(Broker("127.0.0.1", broker.port, "ann", "oak tree")) as bad:
            wait_until(lambda: caplog.records != [], "refused")
        assert bad.reached == 0
    (record,) = caplog.records
    assert "refuses the connection (Not authorized)" in record.message
    assert "oak" not in caplog.text


@pytest.fixture
def certificates(tmp_path):
    """A certificate that is its own authority, for 127.0.0.1."""
    names = ("-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1")
    files = ("-keyout", tmp_path / "key.pem", "-out", tmp_path / "ca.pem")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files)
    return tmp_path


@needs_mosquitto
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho drops a refused socket unclosed
def test_an_encrypted_connection(certificates, caplog):
    settings = (f"certfile {certificates}/ca.pem", f"keyfile {certificates}/key.pem", "allow_anonymous true")
    with Mosquitto(certificates, *settings) as broker:
        with Counting(Broker("127.0.0.1", broker.port, tls=True, ca_file=certificates / "ca.pem")) as known:
            wait_until(lambda: known.reached == 1, "encrypted")
        assert caplog.records == []
        with Counting(Broker("127.0.0.1", broker.port, tls=True)) as unknown:
            wait_until(lambda: caplog.records != [], "a certificate that nobody vouches for")
        assert unknown.reached == 0


@needs_mosquitto
def test_a_client_certificate(certificates):
    pem = (f"cafile {certificates}/ca.pem", f"certfile {certificates}/ca.pem", f"keyfile {certificates}/key.pem")
    settings = ("allow_anonymous true", "require_certificate true", *pem)
    files = {
        "ca_file": certificates / "ca.pem",
        "certificate": certificates / "ca.pem",
        "key": certificates / "key.pem",
    }
    with (
        Mosquitto(certificates, *settings) as broker,
        Counting(Broker("127.0.0.1", broker.port, tls=True, **files)) as known,
    ):
        wait_until(lambda: known.reached == 1, "let in")


@pytest.mark.parametrize("name", ["ca_file", "certificate"])
def test_a_certificate_that_cannot_be_used(tmp_path, name):
    file = tmp_path / "c.pem"
    for content in (None, "no certificate"):
        if content is not None:
            file.write_text(content)
        with pytest.raises(ConfigurationError, match=r"c\.pem") as caught:
            Connection(Broker("h", tls=True, **{name: file}), "test", "a", lambda: None)
        assert "\n" not in str(caught.value)


def test_a_host_that_is_no_name():
    with pytest.raises(ConfigurationError, match=r"mqtt\.host: 'a\.\.b'"):
        Connection(Broker("a..b"), "test", "a", lambda: None)


@pytest.mark.parametrize("missing", ["paho", "paho.mqtt.enums"])  # the second: version 1, as Debian 12 has it
def test_without_paho(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    for inner in ("paho.mqtt.client", "paho.mqtt.enums", "paho.mqtt"):
        if inner != missing:
            monkeypatch.delitem(sys.modules, inner, raising=False)
    with pytest.raises(ConfigurationError, match="pip install 'paho-mqtt"):
        Connection(Broker("h"), "test", "a", lambda: None)


def test_a_server_that_is_no_broker_is_left_quickly(caplog):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes the connection and says nothing
        with Counting(Broker("127.0.0.1", mute.getsockname()[1])) as waiting:
            waiting.connection.send_event("a/b", "x")
            time.sleep(0.5)
            began = time.monotonic()
        assert time.monotonic() - began < 4
        assert waiting.reached == 0


def test_an_address_that_swallows_everything_is_left_quickly():
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for client in (first, second):  # fill the backlog: further attempts get no answer
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        with Counting(Broker("127.0.0.1", full.getsockname()[1])) as waiting:
            time.sleep(0.3)
            began = time.monotonic()
        assert time.monotonic() - began < 4
        assert waiting.reached == 0


def test_a_password_is_not_shown():
    assert "pine" not in repr(Broker("h", username="ann", password="pine"))


def test_ports():
    assert Broker("h").address == "h:1883"
    assert Broker("h", tls=True).address == "h:8883"
    assert Broker("h", 1, tls=True).address == "h:1"
