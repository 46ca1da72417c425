"""The outputs that other machines listen to, as the settings ask for them."""

import socket
from dataclasses import replace

from edge import __version__
from edge.outputs.metrics import Metrics, Readings
from edge.outputs.mqtt import HomeAssistant, Mqtt
from edge.outputs.mqtt_connection import Broker
from edge.outputs.mqtt_topics import Topics
from edge.outputs.output import Output
from edge.outputs.scribe import Mode, Scribe
from edge.service import configuration as settings


def reporters(
    configuration: settings.Configuration, camera: str, labels: tuple[str, ...], readings: Readings
) -> list[Output]:
    """Makes them; none where nothing is set.

    Args:
        configuration: all settings.
        camera: its name.
        labels: the emotions that may be seen.
        readings: what the page of metrics is to show; MQTT's own are added.

    Raises:
        ConfigurationError: a package is missing, or a certificate cannot be read.
    """
    made: list[Output] = []
    mqtt, metrics = configuration.mqtt, configuration.metrics
    if mqtt.host is not None:
        reporter = _mqtt(mqtt, mqtt.host, camera, labels, configuration.log.mode)
        readings = replace(readings, mqtt_dropped=lambda: reporter.dropped)
        made.append(reporter)
    if metrics.port is not None:
        made.append(Metrics(metrics.address, metrics.port, camera, readings, labels))
    return made


def _mqtt(mqtt: settings.Mqtt, host: str, camera: str, labels: tuple[str, ...], mode: Mode) -> Mqtt:
    broker = Broker(
        host,
        mqtt.port,
        mqtt.username,
        None if mqtt.password is None else mqtt.password.value,
        mqtt.tls,
        mqtt.ca_file,
        mqtt.certificate,
        mqtt.key,
        mqtt.keepalive,
        mqtt.queue,
    )
    topics = Topics(mqtt.prefix, mqtt.node or socket.gethostname(), camera)
    home = HomeAssistant(mqtt.discovery_prefix, labels, __version__) if mqtt.home_assistant else None
    return Mqtt(broker, topics, Scribe(camera, mode).events, home)
