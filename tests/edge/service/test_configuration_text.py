"""What `run --check` prints."""

import tomllib

from edge.service.configuration_reading import keys, load_configuration
from edge.service.configuration_text import describe

HOSTILE = 'a\n[mqtt]\nhost = "b" \\ \u2028 ä 😀'


def shown(tmp_path, text: str) -> str:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return describe(load_configuration(file, {("vision", "threads"): ("--threads", 2)}, {}))


def test_it_is_toml_again_with_every_key_and_the_same_values(tmp_path):
    text = shown(tmp_path, "[camera]\nrotate = 90\nregion = [1, 2, 3, 4]\n[mqtt]\ntls = true")
    read = tomllib.loads(text)
    assert read["camera"]["rotate"] == 90
    assert read["camera"]["region"] == [1, 2, 3, 4]
    assert read["mqtt"]["tls"] is True
    for (section, name), _ in keys():
        assert name in read[section] or f"# {name} is not set" in text
    again = tmp_path / "again.toml"
    again.write_text(text)
    assert load_configuration(again, {}, {}).configuration.camera.region == (1, 2, 3, 4)


def test_it_says_where_values_come_from(tmp_path):
    lines = shown(tmp_path, "[camera]\nrotate = 90").splitlines()
    assert f"rotate = 90  # {tmp_path}/config.toml" in lines
    assert "threads = 2  # --threads" in lines
    assert 'flip = "none"' in lines


def test_it_holds_no_secret(tmp_path):
    text = shown(
        tmp_path,
        '[camera]\nsource = "rtsp://ann:pine@camera/1"\n[mqtt]\nhost = "h"\nusername = "ann"\npassword = "pine"\n',
    )
    assert "pine" not in text
    assert 'source = "rtsp://***@camera/1"' in text
    assert 'password = "***"' in text


def test_names_cannot_forge_lines():
    effective = load_configuration(None, {("camera", "name"): ("--camera", HOSTILE)}, {})
    assert tomllib.loads(describe(effective))["camera"]["name"] == HOSTILE
    assert "host" not in tomllib.loads(describe(effective))["mqtt"]
