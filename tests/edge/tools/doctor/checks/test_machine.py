"""Disks that are full, read-only or not ours; memory, heat, power and time."""

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from edge.service.configuration import Configuration, Log
from edge.tools.doctor.checks import machine as checks
from edge.tools.doctor.checks.machine import check_clock, check_disk, check_heat, check_memory
from tests.edge.outputs.log.files import mounted
from tests.edge.tools.doctor.conftest import only

THERMAL = "sys/class/thermal/thermal_zone0/temp"
FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled"


@pytest.fixture
def small_disk(tmp_path):
    yield from mounted("mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path / "disk"))


def logging_to(setup, path: Path, **changes):
    return replace(setup, settings=Configuration(log=Log(path=path, **changes)), named=True)


def disk(setup):
    (found,) = check_disk(setup)
    return found


def test_there_is_room(setup, tmp_path):
    found = disk(logging_to(setup, tmp_path / "new" / "log.jsonl", total_mb=1, rotate_mb=1, free_mb=1))
    assert (found.check, found.state) == (f"disk of {tmp_path / 'new'}", "ok")
    assert list(tmp_path.glob("new")) == [], "nothing is made"


def test_a_log_that_goes_to_standard_output_needs_none(setup):
    assert disk(logging_to(setup, Path("-"))).state == "skipped"


def test_a_full_disk(setup, small_disk):
    (small_disk / "other").write_bytes(bytes(1_000_000))
    with suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    found = disk(logging_to(setup, small_disk / "log.jsonl"))
    assert found.state == "problem"
    assert "No space left on device" in found.text
    assert "sudo apt clean" in found.mend


def test_a_disk_on_which_the_log_would_stop(setup, small_disk):
    (small_disk / "other").write_bytes(bytes(1_020_000))
    found = disk(logging_to(setup, small_disk / "log.jsonl"))
    assert found.state == "problem"
    assert "is not written" in found.text


def test_a_disk_on_which_the_log_will_be_cut_short(setup, small_disk):
    found = disk(logging_to(setup, small_disk / "log.jsonl"))
    assert found.state == "note"
    assert "shortened" in found.text


def test_a_card_that_the_kernel_made_read_only(setup, small_disk):
    assert os.system(f"mount -o remount,ro '{small_disk}'") == 0
    found = disk(logging_to(setup, small_disk / "log.jsonl"))
    assert found.state == "problem"
    assert found.mend[0] == f"sudo mount -o remount,rw {small_disk}"


def test_a_folder_of_somebody_else(setup, tmp_path, monkeypatch):
    def refuse(**_: object):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    found = disk(logging_to(setup, tmp_path / "log.jsonl"))
    assert found.mend == (f"sudo chown $USER {tmp_path}",)


@pytest.fixture
def service(setup):
    """The service's settings are looked at, which name no log; and its folders are there."""
    file, logs = setup.host.root / "etc/emotion-edge/config.toml", setup.host.root / "var/log/emotion-edge"
    for folder in (file.parent, logs):
        folder.mkdir(parents=True)
    file.touch()
    small = Log(total_mb=1, rotate_mb=1, free_mb=1)
    return replace(setup, settings=Configuration(log=small), file=file, named=True), logs


def test_the_log_of_the_service_lies_in_its_own_folder(service):
    setup, logs = service
    found = disk(setup)
    assert (found.check, found.state) == (f"disk of {logs}", "ok")
    other = replace(setup, file=setup.file.with_name("mine.toml"))
    assert disk(other).check == "disk of .", "of a run by hand"


def test_whoever_may_not_write_there_is_not_told_to_take_it_from_the_service(service, monkeypatch):
    setup, logs = service

    def refuse(**_: object):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    found = disk(setup)
    assert (found.check, found.state, found.mend) == (f"disk of {logs}", "ok", ())


def test_nothing_is_left_behind(setup, tmp_path):
    disk(logging_to(setup, tmp_path / "log.jsonl"))
    assert not any(path.is_file() for path in tmp_path.iterdir())


@pytest.mark.parametrize(("millidegrees", "state"), [("48312", "ok"), ("72000", "note"), ("84000", "problem")])
def test_heat(setup, machine, millidegrees, state):
    found = only(list(check_heat(replace(setup, host=machine({THERMAL: millidegrees})))), "temperature")
    assert found.state == state
    assert ("fan" in found.text) == (state != "ok")


@pytest.mark.parametrize(
    ("flags", "state", "words"),
    [
        ("0x0", "ok", "enough voltage"),
        ("0x50005", "problem", "too little voltage now: take the power supply made for this board"),
        ("0x50000", "note", "at times since it was started"),
        ("0x8", "problem", "heat sink or a fan"),
    ],
)
def test_power(setup, machine, flags, state, words):
    found = only(list(check_heat(replace(setup, host=machine({FIRMWARE: flags})))), "power")
    assert found.state == state
    assert words in found.text


def test_power_of_a_raspberry_pi_5(setup, machine):
    """Its firmware has an address in its name."""
    there = FIRMWARE.replace("soc", "soc@107c000000")
    found = only(list(check_heat(replace(setup, host=machine({there: "0x50005"})))), "power")
    assert (found.state, found.text[:22]) == ("problem", "too little voltage now")


def test_a_machine_that_does_not_say(setup):
    assert [finding.state for finding in check_heat(setup)] == ["skipped", "skipped"]


@pytest.mark.parametrize(("synchronized", "state"), [(True, "ok"), (False, "note")])
def test_a_clock(setup, monkeypatch, synchronized, state):
    monkeypatch.setattr(checks, "is_synchronized", lambda: synchronized)
    (found,) = check_clock(setup)
    assert found.state == state


def test_what_this_machine_says_is_believed(setup):
    assert {finding.state for finding in check_clock(setup)} <= {"ok", "note"}


@pytest.mark.parametrize(("available", "state"), [(300_000, "ok"), (140_000, "note")])
def test_memory(setup, machine, available, state):
    machine(
        {"proc/meminfo": f"MemTotal:         437000 kB\nMemFree:  5 kB\nMemAvailable:   {available} kB\nHugePages: 0"}
    )
    (finding,) = check_memory(setup)
    assert finding.state == state
    assert f"{available * 1024 / 1e6:.0f} MB available of 447" in finding.text


def test_a_machine_that_does_not_tell_its_memory(setup):
    (finding,) = check_memory(setup)
    assert finding.state == "skipped"
