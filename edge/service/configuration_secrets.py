"""Where the MQTT password lies: in a file, or among the credentials that systemd hands to the service alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from edge.contract.errors import ConfigurationError
from edge.contract.paths import is_file
from edge.service.configuration import Configuration, Secret

CREDENTIAL = "mqtt-password"
"""As in the unit: LoadCredential=mqtt-password:/etc/emotion-edge/mqtt-password"""


def with_password(configuration: Configuration, environment: Mapping[str, str]) -> tuple[Configuration, str]:
    """Reads the password that the settings point to, where MQTT is in use with a user's name.

    Returns:
        The configuration with it, and where it was found; "" where it stood in the settings, or there is none.

    Raises:
        ConfigurationError: the file or systemd's folder cannot be read, or the file is empty.
    """
    mqtt = configuration.mqtt
    if mqtt.host is None or mqtt.username is None or mqtt.password is not None:
        return configuration, ""
    path, origin = mqtt.password_file, f"password_file {mqtt.password_file}"
    if path is None and (folder := environment.get("CREDENTIALS_DIRECTORY")):
        path, origin = Path(folder) / CREDENTIAL, f"$CREDENTIALS_DIRECTORY/{CREDENTIAL}"
        path = path if is_file(path, ConfigurationError) else None  # the unit may load other credentials only
    if path is None:
        return configuration, ""
    return replace(configuration, mqtt=replace(mqtt, password=_read(path))), origin


def _read(path: Path) -> Secret:
    try:
        first = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ConfigurationError(f"{path}: the MQTT password cannot be read ({reason})") from None
    if not first:
        raise ConfigurationError(f"{path}: the MQTT password is the first line of this file, and it is empty")
    return Secret(first)
