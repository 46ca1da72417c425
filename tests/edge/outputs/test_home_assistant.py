"""The description that Home Assistant reads: its required keys, and templates that give what its entities accept."""

import json
import re

import jinja2
import pytest

from edge.outputs.home_assistant import birth_topic, discovery, discovery_topic
from edge.outputs.mqtt_topics import Topics

LABELS = ("happy", "sad")
TOPICS = Topics("emotion-edge", "pi 3", "hall")


@pytest.fixture
def description() -> dict:
    return json.loads(discovery(TOPICS, LABELS, "1.2"))


def rendered(description: dict, entity: str, state: dict) -> str:
    """As Home Assistant does it: the payload's JSON is `value_json`."""
    template = description["components"][entity]["value_template"]
    return jinja2.Template(template).render(value_json=state)


def test_topics():
    assert discovery_topic(TOPICS, "homeassistant") == "homeassistant/device/emotion-edge_pi-3_hall/config"
    object_id = discovery_topic(TOPICS, "homeassistant").split("/")[2]
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", object_id), "what Home Assistant accepts"
    assert birth_topic("ha") == "ha/status"


def test_what_a_device_must_have(description):
    assert description["device"]["identifiers"] == [TOPICS.id]
    assert description["device"]["name"] == "pi 3 hall"
    assert description["origin"] == {"name": "emotion-edge", "sw_version": "1.2"}
    assert description["availability"] == [
        {"topic": "emotion-edge/pi-3/hall/availability"},
        {"topic": "emotion-edge/pi-3/hall/camera"},
    ]
    assert description["availability_mode"] == "all", "the program and its camera"
    for entity in description["components"].values():
        assert entity["platform"] in ("sensor", "binary_sensor")
        assert "value_template" in entity
    ids = [entity["unique_id"] for entity in description["components"].values()]
    assert len(set(ids)) == 3


def test_the_emotion_is_always_one_of_the_options(description):
    entity = description["components"]["emotion"]
    assert entity["device_class"] == "enum"
    assert entity["options"] == ["happy", "sad", "uncertain", "nobody"]
    for emotion in ("happy", "uncertain", None):
        assert rendered(description, "emotion", {"faces": 1, "emotion": emotion}) in entity["options"]
    assert rendered(description, "emotion", {"faces": 0, "emotion": None}) == "nobody"


def test_presence_and_count(description):
    assert rendered(description, "presence", {"faces": 0}) == "OFF"
    assert rendered(description, "presence", {"faces": 2}) == "ON"
    assert rendered(description, "faces", {"faces": 0}) == "0"
    assert rendered(description, "faces", {"faces": 12}) == "12"


def test_cameras_of_one_machine_are_apart():
    other = json.loads(discovery(Topics("emotion-edge", "pi 3", "door"), LABELS, "1.2"))
    mine = json.loads(discovery(TOPICS, LABELS, "1.2"))
    assert other["device"]["identifiers"] != mine["device"]["identifiers"]
    assert other["state_topic"] != mine["state_topic"]
