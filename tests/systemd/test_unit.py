"""The unit file by systemd's own checks, without running it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from edge.service.configuration_reading import load_configuration

UNIT = Path(__file__).parents[2] / "systemd" / "emotion-edge.service"


@pytest.fixture
def _analyze():
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")


@pytest.mark.usefixtures("_analyze")
def test_is_valid(tmp_path):
    text = UNIT.read_text()
    command = "/opt/emotion-edge/venv/bin/python"
    assert f"ExecStart={command} -P -m edge run --wait --config /etc/emotion-edge/config.toml\n" in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(command, "/bin/true"))  # verify looks whether the program is there
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


@pytest.mark.usefixtures("_analyze")
def test_a_misspelt_setting_would_be_found(tmp_path):
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("WatchdogSec", "WatchdogSeconds"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert "WatchdogSeconds" in done.stderr


@pytest.mark.usefixtures("_analyze")
def test_has_few_rights():
    """0.6 of the 2.1 are for two calls, adjtimex and setpriority: each counts as the whole of its sets."""
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=21", UNIT]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_crash_loop_comes_to_the_limit_and_neither_a_person_nor_a_hung_loop_does():
    settings = dict(line.split("=", 1) for line in UNIT.read_text().splitlines() if "=" in line and line[0] != "#")
    period, starts = int(settings["StartLimitIntervalSec"]), int(settings["StartLimitBurst"])
    rest, watchdog = int(settings["RestartSec"]), int(settings["WatchdogSec"])
    assert starts >= 10, "somebody who tries settings restarts it by hand, which counts too"
    assert starts * (rest + 15) <= period, "with a small board's time to start and crash"
    assert starts * (rest + watchdog) > period


def test_packages_in_the_folder_that_it_may_write_to_are_none_of_its():
    """Where the environment sees apt's packages, Python would take those of a user's home, too."""
    lines = UNIT.read_text().splitlines()
    assert "Environment=HOME=/var/lib/emotion-edge" in lines
    assert "Environment=PYTHONNOUSERSITE=1" in lines


def test_the_service_logs_where_it_may_write():
    """The example names no log: it is then where systemd has made room for it."""
    lines = UNIT.read_text().splitlines()
    assert "LogsDirectory=emotion-edge" in lines
    made = {"LOGS_DIRECTORY": "/var/log/emotion-edge", "STATE_DIRECTORY": "/var/lib/emotion-edge"}
    found = load_configuration(UNIT.with_name("emotion-edge.example.toml"), {}, made).configuration
    assert found.log.path == Path("/var/log/emotion-edge/events.jsonl")
    assert found.privacy.pause_file == Path("/var/lib/emotion-edge/pause")
