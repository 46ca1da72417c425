"""Settings that are acceptable one by one and not together."""

import ipaddress
from collections.abc import Iterator

from edge.service.configuration import Camera, Configuration, Log, Metrics, Mqtt, Web
from edge.service.configuration_types import shown

Problem = tuple[tuple[str, str], str]
"""Section and key, and what is wrong with the value there."""


def contradictions(configuration: Configuration) -> Iterator[Problem]:
    """What does not go together."""
    yield from _camera(configuration.camera)
    yield from _log(configuration.log)
    yield from _host("mqtt", "host", configuration.mqtt.host)
    if configuration.mqtt.host is not None:  # what is set for a broker that is not used does no harm
        yield from _mqtt(configuration.mqtt)
    yield from _host("metrics", "address", configuration.metrics.address)
    yield from _pages(configuration.web, configuration.metrics)


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


def _host(section: str, name: str, host: str | None) -> Iterator[Problem]:
    """A service would try an address that can never be reached, or listened on, for months. A URL may hold a password,
    so that it is not shown."""
    if host is not None and ("/" in host or (":" in host and not _is_address(host))):
        yield (section, name), f"must be a name or an address alone, without :// and /; the port is {section}.port"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _pages(web: Web, metrics: Metrics) -> Iterator[Problem]:
    """What is no `[HOST:]PORT` is left to the page itself, which refuses it."""
    if web.listen is None or metrics.port is None:
        return
    host, _, port = web.listen.strip().rpartition(":")
    if port == str(metrics.port) and _meet(host.strip("[]") or "127.0.0.1", metrics.address):
        where = f"web.listen = {shown(web.listen)}"
        yield ("metrics", "port"), f"{metrics.port} is where {where} is; give one of them another"


def _meet(one: str, other: str) -> bool:
    """Whether nobody can listen on both with one port. "::" takes IPv4 too, as long as nobody tells Linux otherwise."""
    both = {one, other}
    return len(both) == 1 or "::" in both or ("0.0.0.0" in both and not any(":" in host for host in both))
