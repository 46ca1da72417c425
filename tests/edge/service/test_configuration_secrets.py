"""Where the MQTT password is looked for, and what is said when it is not there."""

import pytest

from edge.contract.errors import ConfigurationError
from edge.service.configuration import Secret
from edge.service.configuration_reading import load_configuration


@pytest.fixture
def load(tmp_path):
    def load(more: str = "", **environment: str):
        file = tmp_path / "config.toml"
        file.write_text(f'[mqtt]\nhost = "broker"\nusername = "ann"\n{more}\n')
        return load_configuration(file, {}, environment)

    return load


def test_it_is_the_first_line_of_a_file(load, tmp_path):
    (tmp_path / "password").write_bytes(b"pine tree \r\nand a note\n")
    effective = load(f'password_file = "{tmp_path}/password"')
    assert effective.configuration.mqtt.password == Secret("pine tree ")
    assert effective.origins["mqtt", "password"] == f"password_file {tmp_path}/password"


def test_systemd_hands_it_over(load, tmp_path):
    assert load(CREDENTIALS_DIRECTORY=str(tmp_path)).configuration.mqtt.password is None
    (tmp_path / "mqtt-password").write_text("pine tree")
    effective = load(CREDENTIALS_DIRECTORY=str(tmp_path))
    assert effective.configuration.mqtt.password == Secret("pine tree")
    assert effective.origins["mqtt", "password"] == "$CREDENTIALS_DIRECTORY/mqtt-password"


def test_systemds_folder_that_cannot_be_looked_into(load):
    with pytest.raises(ConfigurationError, match=r"mqtt-password: cannot be read \(File name too long\)"):
        load(CREDENTIALS_DIRECTORY="/" + "x" * 300)


def test_a_named_file_comes_before_systemd(load, tmp_path):
    (tmp_path / "mqtt-password").write_text("oak tree")
    (tmp_path / "password").write_text("pine tree")
    effective = load(f'password_file = "{tmp_path}/password"', CREDENTIALS_DIRECTORY=str(tmp_path))
    assert effective.configuration.mqtt.password == Secret("pine tree")


def test_it_is_given_once(load):
    with pytest.raises(ConfigurationError, match=r"mqtt\.password_file: mqtt\.password is set too; keep one of them"):
        load('password = "pine"\npassword_file = "p"')


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), (b"", "empty"), (b"\nx", "empty"), (b"\xff", "not UTF-8")]
)
def test_a_file_without_a_password(load, tmp_path, content, reason):
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(ConfigurationError, match=reason) as caught:
        load(f'password_file = "{tmp_path}/password"')
    assert str(caught.value).startswith(f"{tmp_path}/password: ")


def test_it_is_not_looked_for_where_there_is_no_mqtt(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[mqtt]\nusername = "ann"\npassword_file = "/nowhere"\n')
    assert load_configuration(file, {}, {}).configuration.mqtt.password is None
