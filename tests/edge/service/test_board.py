"""The firmware's answers, as files."""

import pytest

from edge.service import board
from edge.service.board import Nurse, temperature, throttled, trouble


def test_temperature_is_in_degrees(tmp_path):
    file = tmp_path / "temp"
    file.write_text("48312\n")
    assert temperature(file) == 48.312


@pytest.mark.parametrize(("answer", "expected"), [("0", False), ("0x50000", False), ("50005", True), ("0x8", True)])
def test_throttled_is_what_holds_now_not_what_happened_since_boot(tmp_path, answer, expected):
    file = tmp_path / "get_throttled"
    file.write_text(answer + "\n")
    assert throttled(file) is expected


@pytest.mark.parametrize("read", [temperature, throttled])
def test_a_board_that_does_not_say_is_none(tmp_path, read):
    assert read(tmp_path / "missing") is None
    (tmp_path / "odd").write_text("unknown")
    assert read(tmp_path / "odd") is None


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
    firmware, thermometer = tmp_path / "get_throttled", tmp_path / "temp"
    if answer is not None:
        firmware.write_text(f"{answer}\n")
    if heat is not None:
        thermometer.write_text(f"{heat * 1000:.0f}\n")
    assert trouble(firmware, thermometer) == words


@pytest.mark.parametrize("place", ["soc/soc:firmware", "soc@107c000000/soc@107c000000:firmware"])
def test_the_firmware_is_found_on_each_board(tmp_path, monkeypatch, place):
    monkeypatch.setattr(board, "_PLATFORM", tmp_path)
    assert throttled() is None
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "get_throttled").write_text("4\n")
    assert throttled() is True
    assert trouble(thermometer=tmp_path / "none") == "throttled"


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
