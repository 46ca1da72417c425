"""States and events for an MQTT broker."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from edge.contract.records import Analysis, CameraEvent, Moment
from edge.outputs.home_assistant import birth_topic, discovery, discovery_topic
from edge.outputs.mqtt_connection import OFFLINE, ONLINE, Broker, Connection
from edge.outputs.mqtt_topics import Topics
from edge.outputs.presence import Presence


@dataclass(frozen=True, slots=True)
class HomeAssistant:
    """What Home Assistant is told: under which discovery prefix, which emotions there are, and our version."""

    prefix: str
    labels: tuple[str, ...]
    version: str


class Mqtt:
    """Publishes each event, and who is in sight whenever that changes.

    Nothing here waits for the broker: see `edge.outputs.mqtt_connection`.
    """

    def __init__(
        self,
        broker: Broker,
        topics: Topics,
        events: Callable[[Moment], Iterable[Mapping[str, Any]]],
        home_assistant: HomeAssistant | None = None,
    ):
        """Prepares the connection; entering the context makes it.

        Args:
            broker: where to connect to.
            topics: of this camera.
            events: makes a moment's events, as for the event log.
            home_assistant: None does not announce the camera there.

        Raises:
            ConfigurationError: paho-mqtt is missing, or a certificate cannot be read.
        """
        self._topics = topics
        self._events = events
        self._home_assistant = home_assistant
        self._presence = Presence()
        self._retained = {topics.capture: ONLINE, topics.state: _state(self._presence)}
        self._sending = threading.Lock()  # an older state must not follow a newer one when the connection comes up
        self._connection = Connection(broker, topics.id, topics.availability, self._announce)
        if home_assistant is not None:
            self._connection.listen(birth_topic(home_assistant.prefix), self._on_birth)

    @property
    def dropped(self) -> int:
        """How many events were lost because the broker was away for long."""
        return self._connection.dropped

    def handle(self, moment: Moment) -> None:
        """Hands the moment's events and state to the connection, which sends them when it can."""
        for event in self._events(moment):
            self._connection.send_event(self._topics.event(event["event"]), _json(event))
        match moment:
            case Analysis():
                self._presence.update(moment)
                self._show(self._topics.state, _state(self._presence))
            case CameraEvent():
                self._show(self._topics.capture, OFFLINE if moment.state == "lost" else ONLINE)

    def stop(self) -> None:
        """Says "offline" and leaves, after a few seconds at most."""
        self._connection.stop()

    def __enter__(self) -> Self:
        self._connection.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _show(self, topic: str, payload: str) -> None:
        with self._sending:
            if payload != self._retained[topic]:
                self._retained[topic] = payload
                self._connection.send_state(topic, payload)

    def _announce(self) -> None:
        """Says all that is retained: a broker that was started again may have forgotten it."""
        with self._sending:
            if (home := self._home_assistant) is not None:
                description = discovery(self._topics, home.labels, home.version)
                self._connection.send_state(discovery_topic(self._topics, home.prefix), description)
            for topic, payload in ((self._topics.availability, ONLINE), *self._retained.items()):
                self._connection.send_state(topic, payload)

    def _on_birth(self, payload: str) -> None:
        if payload == ONLINE:
            self._announce()


def _state(presence: Presence) -> str:
    """Who is in sight, as JSON: "emotion" is that of the face that has been there longest, null while there is none."""
    emotions = [face.emotion for face in presence.faces]
    return _json({"faces": len(emotions), "emotion": emotions[0] if emotions else None, "emotions": emotions})


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"), allow_nan=False)
