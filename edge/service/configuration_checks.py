"""Settings that are acceptable one by one and not together."""

from collections.abc import Iterator

from edge.service.configuration import Camera, Configuration, Log, Mqtt
from edge.service.configuration_types import shown

Problem = tuple[tuple[str, str], str]
"""Section and key, and what is wrong with the value there."""


def contradictions(configuration: Configuration) -> Iterator[Problem]:
    """What does not go together."""
    yield from _camera(configuration.camera)
    yield from _log(configuration.log)
    yield from _mqtt(configuration.mqtt)


def _camera(camera: Camera) -> Iterator[Problem]:
    if camera.region is not None and min(camera.region[2:]) < 1:
        yield ("camera", "region"), f"{list(camera.region)}: width and height must be at least 1 pixel"


def _log(log: Log) -> Iterator[Problem]:
    if log.total_mb < log.rotate_mb:
        yield ("log", "total_mb"), f"{log.total_mb} is less than rotate_mb = {log.rotate_mb}, a single file"


def _mqtt(mqtt: Mqtt) -> Iterator[Problem]:
    if mqtt.password is not None and mqtt.password_file is not None:
        yield ("mqtt", "password_file"), "mqtt.password is set too; keep one of them"
    if mqtt.username is None and (mqtt.password is not None or mqtt.password_file is not None):
        given = "password" if mqtt.password is not None else "password_file"
        yield ("mqtt", given), "needs mqtt.username too"
    if mqtt.key is not None and mqtt.certificate is None:
        yield ("mqtt", "key"), "needs mqtt.certificate too"
    for name in ("ca_file", "certificate"):
        if getattr(mqtt, name) is not None and not mqtt.tls:
            yield ("mqtt", name), "needs mqtt.tls = true"
    for name in ("prefix", "discovery_prefix"):
        topic = getattr(mqtt, name)
        if set(topic) & set("+#\0") or "" in topic.split("/") or topic.startswith("$"):
            yield ("mqtt", name), f"{shown(topic)} is no topic: words with / between them, without + # and $"
