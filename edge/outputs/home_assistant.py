"""How a camera announces itself to Home Assistant.

One message describes the device with all its entities: "device discovery" in the documentation of Home Assistant's MQTT
integration, from version 2024.12 on.
"""

import json
from collections.abc import Sequence
from typing import Any

from edge.contract.labels import UNCERTAIN
from edge.outputs.mqtt_topics import Topics

NOBODY = "nobody"
"""State of the emotion while no face is in sight. Home Assistant knows no empty state of an enumeration."""


def discovery_topic(topics: Topics, prefix: str) -> str:
    """Where the description belongs, retained; `prefix` is "homeassistant" unless it was changed there."""
    return f"{prefix}/device/{topics.id}/config"


def birth_topic(prefix: str) -> str:
    """Where Home Assistant says "online" when it has started."""
    return f"{prefix}/status"


def discovery(topics: Topics, labels: Sequence[str], version: str) -> str:
    """The description, as JSON.

    Args:
        topics: of the camera.
        labels: all emotions that the model knows.
        version: of this program.
    """
    description: dict[str, Any] = {
        "device": {
            "identifiers": [topics.id],
            "name": f"{topics.node} {topics.camera}",
            "manufacturer": "emotion-edge",
            "model": "camera",
            "sw_version": version,
        },
        "origin": {"name": "emotion-edge", "sw_version": version},
        "availability": [{"topic": topics.availability}, {"topic": topics.capture}],
        "availability_mode": "all",
        "state_topic": topics.state,
        "qos": 1,
        "components": {
            name: {"unique_id": f"{topics.id}_{name}", **entity} for name, entity in _entities(labels).items()
        },
    }
    return json.dumps(description, separators=(",", ":"))


def _entities(labels: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {
        "emotion": {
            "platform": "sensor",
            "name": "Emotion",
            "device_class": "enum",
            "options": [*labels, UNCERTAIN, NOBODY],
            "value_template": "{{ value_json.emotion or '" + NOBODY + "' }}",
            "icon": "mdi:emoticon-outline",
        },
        "presence": {
            "platform": "binary_sensor",
            "name": "Presence",
            "device_class": "occupancy",
            "value_template": "{{ 'ON' if value_json.faces else 'OFF' }}",
        },
        "faces": {
            "platform": "sensor",
            "name": "Faces",
            "state_class": "measurement",
            "value_template": "{{ value_json.faces }}",
            "icon": "mdi:account-multiple",
        },
    }
