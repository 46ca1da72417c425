"""Names of machines and cameras may be anything; topics and Home Assistant's ids may not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.outputs.mqtt_topics import Topics, level


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("hall", "hall"),
        ("/dev/video0", "dev-video0"),
        ("rtsp://***@10.0.0.5/1", "rtsp-10-0-0-5-1"),
        ("Front Door", "Front-Door"),
        ("Küche", "K-che"),
        ("a+b#c", "a-b-c"),
        ("!?", "unnamed"),
    ],
)
def test_level(name, topic):
    assert level(name) == topic


@given(st.text())
def test_any_name_fits_into_a_topic_and_an_id(name):
    topics = Topics("emotion-edge", name, name)
    assert re.fullmatch(r"emotion-edge/[\w-]+/[\w-]+/state", topics.state, re.ASCII)
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", topics.id)


def test_a_prefix_may_have_levels():
    topics = Topics("house/edge", "pi", "0")
    assert topics.event("gone") == "house/edge/pi/0/events/gone"
    assert topics.id == "house-edge_pi_0"
