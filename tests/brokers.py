"""A real MQTT broker on this machine, and a client that writes down what it hears: for tests of the MQTT output."""

import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed: apt install mosquitto")


class Message(NamedTuple):
    topic: str
    payload: str
    retained: bool


class Mosquitto:
    """A broker on a free port of the loopback that forgets everything when it stops."""

    def __init__(self, folder: Path, *settings: str):
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        # "user root" has it keep the rights it was started with, to read the files of a test that runs as root.
        base = [f"listener {self.port} 127.0.0.1", "persistence false", "user root"]
        self._config.write_text("\n".join([*base, *(settings or ["allow_anonymous true"])]) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen([MOSQUITTO, "-c", self._config], stderr=subprocess.DEVNULL)
        wait_until(self._listens, "the broker listens")

    def stop(self) -> None:
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        self._process.wait(10)

    def freeze(self) -> None:
        """Answers nothing any more, and keeps its connections, like a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def __enter__(self) -> "Mosquitto":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop()

    def _signal(self, number: int) -> None:
        self._process.send_signal(number)

    def _listens(self) -> bool:
        assert self._process.poll() is None, "mosquitto ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Ear:
    """Subscribes to everything, and keeps it."""

    def __init__(self, port: int, topic: str = "#"):
        self.messages: list[Message] = []
        self._ready = threading.Event()
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._ready.wait(10)

    def of(self, topic: str) -> list[str]:
        """The payloads that came on one topic, in order."""
        return [message.payload for message in list(self.messages) if message.topic == topic]

    def wait_for(self, topic: str, payload: str) -> None:
        wait_until(lambda: payload in self.of(topic), f"{payload} on {topic}, in {self.messages}")

    def __enter__(self) -> "Ear":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        self.messages.append(Message(message.topic, message.payload.decode(), bool(message.retain)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)
