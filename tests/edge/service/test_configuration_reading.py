"""What a person writes into the file, the environment and the command line, and what they are told about it."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.contract.errors import ConfigurationError
from edge.service.configuration import Configuration, Secret
from edge.service.configuration_reading import Effective, keys, load_configuration, variable


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "config.toml"


def load(file: Path, text: str = "", options=None, **environment: str) -> Effective:
    file.write_text(text)
    return load_configuration(file, options or {}, environment)


def refused(file: Path, text: str, options=None, **environment: str) -> list[str]:
    """The lines that a person reads, without the file's name."""
    with pytest.raises(ConfigurationError) as caught:
        load(file, text, options, **environment)
    assert caught.value.exit_code == 78
    return [line.removeprefix(f"{file}: ") for line in str(caught.value).splitlines()]


def test_nothing_set_is_the_defaults():
    assert load_configuration(None, {}, {}) == Effective(Configuration(), {})


def test_later_layers_win_and_say_where_from(file):
    text = "[camera]\nmax_fps = 3\nsmallest_face = 40\n[vision]\nthreads = 2"
    options = {("vision", "threads"): ("--threads", 4)}
    effective = load(file, text, options, EMOTION_EDGE_CAMERA_MAX_FPS="5.5", EMOTION_EDGE_VISION_THREADS="3")
    camera, vision = effective.configuration.camera, effective.configuration.vision
    assert (camera.smallest_face, camera.max_fps, vision.threads) == (40, 5.5, 4)
    assert effective.origins == {
        ("camera", "smallest_face"): str(file),
        ("camera", "max_fps"): "EMOTION_EDGE_CAMERA_MAX_FPS",
        ("vision", "threads"): "--threads",
    }


def test_values_have_their_types(file):
    text = """
    [camera]
    source = "rtsp://ann:pine@camera/1"
    size = [1280, 720]
    rotate = 180
    flip = "vertical"
    max_fps = 5
    [log]
    path = "~/events.jsonl"
    [mqtt]
    home_assistant = false
    """
    configuration = load(file, text).configuration
    camera = configuration.camera
    assert (camera.size, camera.rotate, camera.flip, camera.max_fps) == ((1280, 720), 180, "vertical", 5.0)
    assert isinstance(camera.max_fps, float)
    assert configuration.log.path == Path("~/events.jsonl").expanduser()
    assert configuration.mqtt.home_assistant is False


def test_the_environment_writes_values_as_toml_and_text_as_it_is(file):
    configuration = load(
        file,
        EMOTION_EDGE_CAMERA_SOURCE="0",
        EMOTION_EDGE_CAMERA_NAME='the "front" door',
        EMOTION_EDGE_CAMERA_REGION="[0, 0, 100, 50]",
        EMOTION_EDGE_MQTT_HOME_ASSISTANT="false",
        EMOTION_EDGE_MQTT_HOST="",
        EMOTION_EDGE_DATA="/data",
        PATH="/bin",
    ).configuration
    assert (configuration.camera.source, configuration.camera.name) == ("0", 'the "front" door')
    assert configuration.camera.region == (0, 0, 100, 50)
    assert configuration.mqtt.home_assistant is False
    assert configuration.mqtt.host is None, "empty is as if it were not set"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[camera]\nmax_fpss = 1", "camera.max_fpss: unknown key; did you mean max_fps?"),
        ("[camra]\nmax_fps = 1", "[camra]: unknown section; did you mean camera?"),
        ("[camra]", "[camra]: unknown section; did you mean camera?"),
        (
            "[metrics]\nqqq = 1",
            "metrics.qqq: unknown key; known are port, address",
        ),
        ("camera = 3", "camera: every key stands in a section, such as [camera]"),
        ('[vision]\nthreads = "2"', 'vision.threads: must be a whole number, not "2"'),
        ("[vision]\nthreads = 2.0", "vision.threads: must be a whole number, not 2.0"),
        ("[vision]\nthreads = true", "vision.threads: must be a whole number, not true"),
        ("[vision]\nthreads = 0", "vision.threads: 0 is out of range: 1 to 64 cores"),
        ("[vision]\ngate_threshold = 1.01", "vision.gate_threshold: 1.01 is out of range: 0 to 1"),
        ("[vision]\npatience = inf", "vision.patience: must be a number, not Infinity"),
        ("[camera]\nmax_fps = false", "camera.max_fps: must be a number, not false"),
        ("[camera]\nrotate = 45", "camera.rotate: must be one of 0, 90, 180, 270, not 45"),
        ("[camera]\nrotate = 90.0", "camera.rotate: must be one of 0, 90, 180, 270, not 90.0"),
        ("[camera]\nrotate = false", "camera.rotate: must be one of 0, 90, 180, 270, not false"),
        ("[camera]\nname = 5", "camera.name: must be text in quotes, not 5"),
        ('[camera]\nname = " "', "camera.name: is empty; leave the key out where there is nothing to set"),
        ('[camera]\nsize = "640x480"', 'camera.size: must be a list of 2 numbers, not "640x480"'),
        ("[camera]\nsize = [640]", "camera.size: must be a list of 2 numbers, not [640]"),
        ("[camera]\nsize = [640, 48000]", "camera.size: [640, 48000] is out of range: 64 to 8192 pixels"),
        ('[camera]\nsize = [640, "480"]', 'camera.size: must be a whole number, not "480"'),
        ("[camera.size]\nwidth = 640", 'camera.size: must be a list of 2 numbers, not {"width": 640}'),
        ("[camera]\nname = 2026-01-31", 'camera.name: must be text in quotes, not "2026-01-31"'),
        ("[camera]\nregion = [0, 0, 0, 9]", "camera.region: [0, 0, 0, 9]: width and height must be at least 1 pixel"),
        ('[mqtt]\ntls = "no"', 'mqtt.tls: must be true or false, not "no"'),
        ("[log]\nrotate_mb = 50\ntotal_mb = 20", "log.total_mb: 20 is less than rotate_mb = 50, a single file"),
        ('[log]\npath = "~nobody-here/x"', 'log.path: "~nobody-here/x": there is no user of this name'),
        ('[mqtt]\nhost = "h"\nkey = "k.pem"\ntls = true', "mqtt.key: needs mqtt.certificate too"),
        ('[mqtt]\nhost = "h"\nca_file = "ca.pem"', "mqtt.ca_file: needs mqtt.tls = true"),
        ('[mqtt]\nhost = "h"\npassword_file = "p"', "mqtt.password_file: needs mqtt.username too"),
        ("[mqtt]\npassword = 1234", "mqtt.password: must be text in quotes, and not empty"),
        (
            '[mqtt]\nhost = "h"\nprefix = "a/#"',
            'mqtt.prefix: "a/#" is no topic: words with / between them, without + # and $',
        ),
        ('[camera]\n"a\\nb" = 1', "camera.'a\\nb': unknown key"),
    ],
)
def test_what_is_not_acceptable_is_said_in_one_line(file, text, line):
    (said,) = refused(file, text)
    assert said.startswith(line)


@pytest.mark.parametrize("host", ["mqtt://ann:pine@h", "h:1883", "h/broker", "10.0.0.7:1883", "[::1]", "[::1]:1883"])
@pytest.mark.parametrize(("section", "key"), [("mqtt", "host"), ("metrics", "address")])
def test_a_host_that_can_be_none_is_refused(file, section, key, host):
    (said,) = refused(file, f'[{section}]\n{key} = "{host}"')
    assert said == f"{section}.{key}: must be a name or an address alone, without :// and /; the port is {section}.port"


@pytest.mark.parametrize("host", ["broker.local", "10.0.0.7", "::1", "fe80::1%eth0", "localhost"])
def test_names_and_addresses_of_hosts_are_taken(file, host):
    configuration = load(file, f'[mqtt]\nhost = "{host}"\n[metrics]\naddress = "{host}"').configuration
    assert (configuration.mqtt.host, configuration.metrics.address) == (host, host)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("9108", "127.0.0.1"),
        ("127.0.0.1:9108", "0.0.0.0"),
        ("0.0.0.0:9108", "10.0.0.7"),
        ("0.0.0.0:9108", "::"),
        ("[::]:9108", "127.0.0.1"),
        ("[::1]:9108", "::"),
        ("pi.local:9108", "pi.local"),
    ],
)
def test_two_pages_on_one_port_are_refused(file, listen, address):
    (said,) = refused(file, f'[web]\nlisten = "{listen}"\n[metrics]\nport = 9108\naddress = "{address}"')
    assert said == f'metrics.port: 9108 is where web.listen = "{listen}" is; give one of them another'


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("9109", "127.0.0.1"),
        ("127.0.0.2:9108", "127.0.0.1"),
        ("[::1]:9108", "0.0.0.0"),
        ("[::1]:9108", "127.0.0.1"),
    ],
)
def test_two_pages_that_do_not_meet_are_taken(file, listen, address):
    text = f'[web]\nlisten = "{listen}"\n[metrics]\nport = 9108\naddress = "{address}"'
    assert load(file, text).configuration.web.listen == listen


def test_what_was_set_for_a_broker_that_is_not_used_does_no_harm(file):
    text = '[mqtt]\nca_file = "ca.pem"\npassword_file = "p"\nprefix = "a/#"\nkey = "k.pem"'
    assert load(file, text).configuration.mqtt.prefix == "a/#"
    assert refused(file, f"{text}\nport = 0") == ["mqtt.port: 0 is out of range: 1 to 65535"]


def test_every_problem_is_said_at_once(file):
    text = '[camera]\nmax_fps = 0\nsmallest_face = "x"\nflipp = "none"\n[mqtt]\nport = 0'
    said = refused(file, text, {("vision", "threads"): ("--threads", 99)}, EMOTION_EDGE_LOG_MODES="x")
    assert sorted(said) == [
        "--threads: 99 is out of range: 1 to 64 cores",
        "EMOTION_EDGE_LOG_MODES: unknown variable; did you mean EMOTION_EDGE_LOG_MODE?",
        "camera.flipp: unknown key; did you mean flip?",
        "camera.max_fps: 0 is out of range: 0.1 to 120 frames a second",
        'camera.smallest_face: must be a whole number, not "x"',
        "mqtt.port: 0 is out of range: 1 to 65535",
    ]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("EMOTION_EDGE_CAMERA_MAX_FPS", "fast", 'EMOTION_EDGE_CAMERA_MAX_FPS: must be a number, not "fast"'),
        ("EMOTION_EDGE_CAMERA_SIZE", "[640", 'EMOTION_EDGE_CAMERA_SIZE: must be a list of 2 numbers, not "[640"'),
        ("EMOTION_EDGE_VISION_THREADS", "2\nx = 3", 'EMOTION_EDGE_VISION_THREADS: must be a whole number, not "2\\nx'),
        ("EMOTION_EDGE_LOG_MODE", "all", 'EMOTION_EDGE_LOG_MODE: must be one of changes, frames, totals, not "all"'),
        ("EMOTION_EDGE_CAMRA_SOURCE", "0", "EMOTION_EDGE_CAMRA_SOURCE: unknown variable; did you mean"),
    ],
)
def test_a_bad_variable_is_named(file, name, text, line):
    (said,) = refused(file, "", **{name: text})
    assert said.startswith(line)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[camera\n", "not a TOML file: "),
        (b"[camera]\nname = '\xff'\n", "not a TOML file: "),
        (b"[camera]\nmax_fps = 1\nmax_fps = 2\n", "not a TOML file: "),
        (b"a = " + b"[" * 2000 + b"]" * 2000, "not a TOML file: "),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_file_that_is_none(file, content, line):
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(file, {}, {})
    assert str(caught.value).startswith(f"{file}: {line}")
    assert "\n" not in str(caught.value)


VALUES = st.recursive(
    st.integers() | st.text() | st.booleans() | st.floats() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=3),
)
PATHS = {f"{section}.{name}": (section, name) for (section, name), _ in keys()}


@settings(deadline=None)
@example("camera.region", [0, 0, "", "x"])  # a list with two wrong members
@given(st.sampled_from(sorted(PATHS)), VALUES)
def test_any_value_is_taken_or_refused_in_one_line(name, value):
    key = PATHS[name]
    try:
        configuration = load_configuration(None, {key: ("--option", value)}, {}).configuration
    except ConfigurationError as error:
        said = str(error)
    else:
        said = "--option: taken"
        kept = getattr(getattr(configuration, key[0]), key[1])
        assert kept == value or kept in (Secret(str(value)), Path(str(value)).expanduser(), tuple(value))
    assert said.startswith("--option: ")
    assert "\n" not in said


def test_systemd_names_the_folders(file):
    environment = {"LOGS_DIRECTORY": "/var/log/emotion-edge", "STATE_DIRECTORY": "/var/lib/emotion-edge:/other"}
    effective = load(file, **environment)
    assert effective.configuration.log.path == Path("/var/log/emotion-edge/events.jsonl")
    assert effective.configuration.privacy.pause_file == Path("/var/lib/emotion-edge/pause")
    assert effective.origins["log", "path"] == "$LOGS_DIRECTORY"
    assert load(file, '[log]\npath = "a.jsonl"', **environment).configuration.log.path == Path("a.jsonl")


def test_variables_are_named_after_section_and_key():
    assert variable(("camera", "max_fps")) == "EMOTION_EDGE_CAMERA_MAX_FPS"


def test_the_password_of_the_environment(file):
    effective = load(file, '[mqtt]\nhost = "h"\nusername = "ann"', EMOTION_EDGE_MQTT_PASSWORD="pine tree")
    assert effective.configuration.mqtt.password == Secret("pine tree")
    assert "pine" not in repr(effective)


def test_a_variable_of_lists_in_lists_is_of_a_wrong_type():
    text = "[" * 2000 + "]" * 2000
    with pytest.raises(ConfigurationError, match="EMOTION_EDGE_CAMERA_SIZE: must be a list of 2 numbers"):
        load_configuration(None, {}, {"EMOTION_EDGE_CAMERA_SIZE": text})
