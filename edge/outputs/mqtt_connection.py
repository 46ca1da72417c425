"""The connection to an MQTT broker: kept up by a thread of its own, so that nothing here waits for the network."""

import logging
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edge.contract.errors import ConfigurationError

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage, MQTTMessageInfo
    from paho.mqtt.reasoncodes import ReasonCode

_log = logging.getLogger(__name__)

ONLINE, OFFLINE = "online", "offline"
"""What the availability topic says: Home Assistant's words."""
RETRY = (1, 60)
"""Seconds between two attempts to connect: the first wait, doubled up to the last."""
IN_FLIGHT = 40
"""Events that paho is given at a time, beside those that wait here. It sends 20 before it wants an answer."""
PATIENCE = 2.0
"""Seconds that closing waits for the last messages, and again for the thread."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how to log in. `port` None is 1883, or 8883 with TLS.

    `keepalive` is in seconds, `queue` the number of events that wait for an absent broker. The files are PEM.
    """

    host: str
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    keepalive: int = 30
    queue: int = 1000

    @property
    def address(self) -> str:
        """Host and port, for messages."""
        return f"{self.host}:{self.port or (8883 if self.tls else 1883)}"


class Connection:
    """Sends messages while it is connected, and keeps events while it is not.

    Attributes:
        dropped: how many events were lost because the queue was full.
    """

    def __init__(self, broker: Broker, name: str, availability: str, connected: Callable[[], None]):
        """Prepares the connection; `start` makes it.

        Args:
            broker: where to connect to.
            name: the client's id. It stays the same, so that the broker ends a half-dead connection of ours, and
                sends its last will, before the new one is up.
            availability: topic on which the broker is to say "offline" when we are gone.
            connected: called in the connection's thread each time the broker was reached; is to say "online".

        Raises:
            ConfigurationError: paho-mqtt is missing, or a certificate cannot be read.
        """
        self.dropped = 0
        self._broker = broker
        self._availability = availability
        self._connected = connected
        self._listeners: dict[str, Callable[[str], None]] = {}
        self._waiting: deque[tuple[str, str]] = deque()
        self._last: MQTTMessageInfo | None = None
        self._hand = threading.Lock()
        self._lost = False
        self._warned_of_queue = False
        self._client = _client(broker, name)
        self._client.will_set(availability, OFFLINE, qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = self._on_publish
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Connects in the background, now and whenever the broker was away."""
        host, _, port = self._broker.address.rpartition(":")
        self._client.connect_async(host, int(port), self._broker.keepalive)
        self._client.loop_start()

    def listen(self, topic: str, listener: Callable[[str], None]) -> None:
        """From `start` on, calls `listener` with each new message on a topic, in the connection's thread."""
        self._listeners[topic] = listener

    def send_event(self, topic: str, payload: str) -> None:
        """Sends what is to arrive at least once, later if need be; where the queue is full, the oldest is dropped."""
        with self._hand:
            self._waiting.append((topic, payload))
            if len(self._waiting) > self._broker.queue:
                self._waiting.popleft()
                self._count_dropped()
            self._pass_on()

    def send_state(self, topic: str, payload: str) -> None:
        """Sends what is retained, if connected. An older state is worth nothing: `connected` sends the newest again.

        A message that needs no answer does not queue behind the events; a connection that broke is noticed anyway.
        """
        if self._client.is_connected():
            self._client.publish(topic, payload, qos=0, retain=True)

    def stop(self) -> None:
        """Says "offline" and leaves, after a few seconds at most; messages that still wait are lost."""
        end = time.monotonic() + PATIENCE
        while self._client.is_connected() and not self._delivered() and time.monotonic() < end:
            time.sleep(0.02)
        self.send_state(self._availability, OFFLINE)
        self._client.disconnect()
        # The thread may hang in a connection attempt, or on a broker that does not read; it cannot be asked to hurry.
        leaving = threading.Thread(target=self._client.loop_stop, daemon=True)
        leaving.start()
        leaving.join(PATIENCE)

    def _pass_on(self) -> None:
        """Hands events to paho, which takes a few at a time; whoever calls this holds `_hand`.

        Only while connected: what paho is given while it connects may overtake its greeting, and the broker hangs up.
        """
        from paho.mqtt.enums import MQTTErrorCode

        while self._waiting and self._client.is_connected():
            info = self._client.publish(*self._waiting[0], qos=1)
            if info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                return
            self._waiting.popleft()
            self._last = info

    def _delivered(self) -> bool:
        try:
            return not self._waiting and (self._last is None or self._last.is_published())
        except (ValueError, RuntimeError):  # the connection was lost under it
            return True

    def _count_dropped(self) -> None:
        self.dropped += 1
        if not self._warned_of_queue:
            self._warned_of_queue = True
            _log.warning(
                "MQTT: %d events wait for %s; the oldest are dropped", self._broker.queue, self._broker.address
            )

    def _on_publish(self, _client: object, _data: object, _mid: object, _reason: object, _more: object) -> None:
        # paho holds a lock here for which the owner of `_hand` may be waiting. That one passes on the events anyway.
        if self._hand.acquire(blocking=False):
            try:
                self._pass_on()
            finally:
                self._hand.release()

    def _on_connect(self, _client: object, _data: object, _flags: object, reason: "ReasonCode", _more: object) -> None:
        if reason.is_failure:
            self._warn(f"refuses the connection ({reason})")
            return
        for topic in self._listeners:
            self._client.subscribe(topic, qos=1)
        if self._lost:
            _log.warning("MQTT: connected to %s again; events dropped so far: %d", self._broker.address, self.dropped)
        self._lost = self._warned_of_queue = False
        self._connected()
        with self._hand:
            self._pass_on()

    def _on_connect_fail(self, _client: object, _data: object) -> None:
        self._warn("cannot be reached")

    def _on_disconnect(
        self, _client: object, _data: object, _flags: object, reason: "ReasonCode", _more: object
    ) -> None:
        if reason.is_failure:
            # paho says "Unspecified error" where the broker hung up without a word.
            self._warn("is lost" if reason == "Unspecified error" else f"is lost ({reason})")

    def _on_message(self, _client: object, _data: object, message: "MQTTMessage") -> None:
        if not message.retain:  # what is retained was said before we came
            self._listeners[message.topic](message.payload.decode("utf-8", "replace"))

    def _warn(self, what: str) -> None:
        """Once until it is back: the attempts go on for as long as it takes."""
        if not self._lost:
            self._lost = True
            _log.warning(
                "MQTT: %s %s; trying on, and keeping up to %d events", self._broker.address, what, self._broker.queue
            )


def greet(broker: Broker, name: str, patience: float = 10.0) -> str:
    """Logs in and out again, and does nothing else. Returns the broker's answer: "Success", or why it refuses.

    Args:
        broker: which one.
        name: the client's id, not that of a connection in use.
        patience: seconds to wait for an answer.

    Raises:
        ConfigurationError: as `Connection`.
        OSError: it cannot be reached, is not who it should be (ssl.SSLError), or does not answer (TimeoutError).
    """
    client = _client(broker, name)
    answers: list[str] = []
    client.on_connect = lambda _client, _data, _flags, reason, _more: answers.append(str(reason))
    host, _, port = broker.address.rpartition(":")
    client.connect_timeout = patience
    client.connect(host, int(port), broker.keepalive)
    end = time.monotonic() + patience
    while not answers and time.monotonic() < end:
        if client.loop(timeout=0.2) and not answers:
            raise ConnectionError("the broker hung up without an answer")
    client.disconnect()
    if not answers:
        raise TimeoutError(f"connected, but no answer within {patience:g} s")
    return answers[0]


def _client(broker: Broker, name: str) -> "Client":
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError:
        raise ConfigurationError(
            f"MQTT needs the package paho-mqtt, version 2: {sys.executable} -m pip install 'paho-mqtt>=2.1,<3'"
        ) from None
    try:
        broker.host.encode("idna")
    except UnicodeError:
        raise ConfigurationError(f"mqtt.host: {broker.host!r} is no name of a host") from None
    client = Client(CallbackAPIVersion.VERSION2, client_id=name)
    client.max_queued_messages_set(IN_FLIGHT)
    client.reconnect_delay_set(*RETRY)
    client.username_pw_set(broker.username, broker.password)
    if broker.tls:
        _encrypt(client, broker)
    return client


def _encrypt(client: "Client", broker: Broker) -> None:
    try:
        context = ssl.create_default_context(cafile=broker.ca_file)
        if broker.certificate is not None:
            context.load_cert_chain(broker.certificate, broker.key)
    except (OSError, ssl.SSLError) as error:  # neither names the file
        files = ", ".join(str(file) for file in (broker.ca_file, broker.certificate, broker.key) if file is not None)
        raise ConfigurationError(f"{files}: no certificate and key that can be used for MQTT ({error})") from None
    client.tls_set_context(context)
