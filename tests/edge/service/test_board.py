"""The firmware's answers, as files."""

import pytest

from edge.service.board import temperature, throttled


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
