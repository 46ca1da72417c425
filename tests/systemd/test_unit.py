"""The unit file by systemd's own checks, without running it."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "emotion-edge.service"


@pytest.fixture(autouse=True)
def _analyze():
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")


def test_is_valid(tmp_path):
    text = UNIT.read_text()
    command = "/opt/emotion-edge/venv/bin/python"
    assert f"ExecStart={command} -m edge run --config /etc/emotion-edge/config.toml\n" in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(command, "/bin/true"))  # verify looks whether the program is there
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_a_misspelt_setting_would_be_found(tmp_path):
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("WatchdogSec", "WatchdogSeconds"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert "WatchdogSeconds" in done.stderr


def test_has_few_rights():
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", UNIT]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
