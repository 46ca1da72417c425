"""The example file is the documentation of every setting: it must name them all, and tell the truth."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from edge.service.configuration import About, Address, Configuration, Secret
from edge.service.configuration_reading import keys, load_configuration
from edge.service.configuration_types import base_type

EXAMPLE = Path(__file__).parents[3] / "systemd" / "emotion-edge.example.toml"
KEYS = list(keys())


def documented(key: tuple[str, str]) -> tuple[str, str]:
    """The comment above a key in the example, and its line."""
    section, name = key
    (body,) = re.findall(rf"(?ms)^\[{section}\]$(.*?)(?=^\[|\Z)", EXAMPLE.read_text())
    (found,) = re.findall(rf"(?m)((?:^# .*\n)+)^(#?{name} = .*)$", body)
    return re.sub(r"\s*(^|\n)# ", " ", found[0]).strip(), found[1]


def test_the_example_is_the_defaults():
    assert load_configuration(EXAMPLE, {}, {}).configuration == Configuration()


@pytest.mark.parametrize(("key", "kind"), KEYS, ids=[".".join(key) for key, _ in KEYS])
def test_the_example_documents_every_key(key, kind):
    section, name = key
    comment, line = documented(key)
    about: About = kind.__metadata__[0]
    assert about.text in comment
    assert about.range.lower() in comment.lower()
    if get_origin(base_type(kind)) is Literal:
        assert all(str(choice) in comment for choice in get_args(base_type(kind)))
    is_set = getattr(getattr(Configuration(), section), name) is not None
    assert line.startswith("#") != is_set, "what has a default shows it; what has none is commented out"
    assert is_set or "Not set:" in about.text or section == "mqtt", "what it means that nothing is set"


def test_the_settings_for_small_boards_differ_from_the_defaults_where_they_are_set():
    small = load_configuration(EXAMPLE.with_name("emotion-edge.small.toml"), {}, {}).configuration
    assert (small.camera.buffers, small.camera.max_fps, small.log.total_mb, small.mqtt.queue) == (2, 5.0, 50, 200)
    usual = Configuration()
    camera = replace(small.camera, buffers=usual.camera.buffers, max_fps=usual.camera.max_fps)
    log, mqtt = replace(small.log, total_mb=usual.log.total_mb), replace(small.mqtt, queue=usual.mqtt.queue)
    assert replace(small, camera=camera, log=log, mqtt=mqtt) == usual


def test_the_example_has_no_key_that_is_not_there():
    text = EXAMPLE.read_text()
    sections = tomllib.loads(re.sub(r"(?m)^#(\w+ = )", r"\1", text))
    assert {(section, name) for section, content in sections.items() for name in content} == {key for key, _ in KEYS}


def test_what_the_example_suggests_is_acceptable(tmp_path):
    text = re.sub(r"(?m)^#(\w+ = )", r"\1", EXAMPLE.read_text())
    text = text.replace("tls = false", "tls = true").replace('password = "..."\n', "", 1)
    secret = tmp_path / "password"
    secret.write_text("pine tree\n")
    text = text.replace("/etc/emotion-edge/mqtt-password", str(secret))
    file = tmp_path / "all.toml"
    file.write_text(text)
    configuration = load_configuration(file, {}, {}).configuration
    assert configuration.mqtt.password == Secret("pine tree")
    assert configuration.camera.region == (0, 120, 640, 360)
    for (section, name), _ in KEYS:
        assert getattr(getattr(configuration, section), name) is not None


def test_defaults_are_in_their_own_ranges():
    for (section, name), kind in KEYS:
        value = getattr(getattr(Configuration(), section), name)
        for number in value if isinstance(value, tuple) else (value,):
            assert kind.__metadata__[0].admits(number), (section, name)


def test_the_pipeline_has_the_same_defaults():
    from inspect import signature

    from edge.assembly import load_pipeline

    names = signature(load_pipeline).parameters
    settings = Configuration()
    assert settings.camera.smallest_face == names["smallest"].default
    for name in ("models", "threads", "cascade", "search_width", "gate_threshold", "emotion_threshold"):
        assert getattr(settings.vision, name) == names[name].default
    assert (settings.vision.patience, settings.vision.smoothing) == (
        names["patience"].default,
        names["smoothing"].default,
    )


def test_what_is_printed_holds_no_secret():
    secret = Secret("pine tree")
    assert "pine" not in f"{secret} {secret!r} {[secret]}"
    address = Address("rtsp://ann:pine@camera/1?token=pine")
    assert repr(address) == "'rtsp://***@camera/1?token=***'"
    assert address == "rtsp://ann:pine@camera/1?token=pine", "but it is the address that is opened"


def test_ranges_are_written_as_people_read_them():
    assert About("", "frames a second", 0.1, 120).range == "0.1 to 120 frames a second"
    assert About("", "", 1, 65535).range == "1 to 65535"
    assert About("", "MB", 0, 1000000).range == "0 to 1000000 MB"
    assert About("", "degrees").range == "degrees"
