"""The firmware's answers, as files."""

from pathlib import Path

import pytest

from edge.service.board import Nurse, temperature, throttled, trouble

THERMOMETER = "sys/class/thermal/thermal_zone0/temp"
FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"


def say(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True)
    (root / name).write_text(f"{text}\n")


def test_temperature_is_in_degrees(tmp_path):
    say(tmp_path, THERMOMETER, "48312")
    assert temperature(tmp_path) == 48.312


@pytest.mark.parametrize(("answer", "expected"), [("0", False), ("0x50000", False), ("50005", True), ("0x8", True)])
def test_throttled_is_what_holds_now_not_what_happened_since_boot(tmp_path, answer, expected):
    say(tmp_path, FIRMWARE, answer)
    assert throttled(tmp_path) is expected


@pytest.mark.parametrize(("read", "name"), [(temperature, THERMOMETER), (throttled, FIRMWARE)])
def test_a_board_that_does_not_say_is_none(tmp_path, read, name):
    assert read(tmp_path) is None
    say(tmp_path, name, "unknown")
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    ("answer", "heat", "words"),
    [
        ("0", 48.0, ""),
        ("50000", 48.0, ""),
        ("1", 48.0, "under-voltage"),
        ("50005", 48.0, "under-voltage, throttled"),
        ("e", 84.9, "frequency capped, throttled, soft temperature limit, hot"),
        ("0", 80.0, "hot"),
        (None, 79.9, ""),
        (None, None, ""),
    ],
)
def test_trouble_is_in_words(tmp_path, answer, heat, words):
    if answer is not None:
        say(tmp_path, FIRMWARE, answer)
    if heat is not None:
        say(tmp_path, THERMOMETER, f"{heat * 1000:.0f}")
    assert trouble(tmp_path) == words


@pytest.mark.parametrize("place", ["soc/soc:firmware", "soc@107c000000/soc@107c000000:firmware"])
def test_the_firmware_is_found_on_each_board(tmp_path, place):
    say(tmp_path, f"sys/devices/platform/{place}/get_throttled", "4")
    assert throttled(tmp_path) is True
    assert trouble(tmp_path) == "throttled"


def test_what_stays_is_said_once(caplog):
    nurse = Nurse()
    for words in ("", "hot", "hot", "hot, throttled", "hot, throttled", "", "", "hot"):
        assert nurse.look(words) == words
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "the board is unwell: hot",
        "the board is unwell: hot, throttled",
        "the board is well again",
        "the board is unwell: hot",
    ]
