"""`python -m edge run` on a camera that comes and goes, as a process; the camera is a stand-in for a Raspberry Pi's."""

import os
import signal
from pathlib import Path

import pytest

from tests.edge.service.processes import ENOUGH, Run


@pytest.fixture
def faults(tmp_path) -> Path:
    (tmp_path / "faults").write_text("")
    return tmp_path / "faults"


def test_a_service_waits_for_its_camera_and_ends_cleanly_without_it(tmp_path, faults):
    faults.write_text("absent")
    with Run(tmp_path, "--wait") as run:
        run.until("start", "lost")
        assert "no camera to be had" in run.events()[1]["reason"]
        assert run.end(signal.SIGTERM) == (0, "")
        assert run.story() == ["start", "lost", "stop"]


def test_a_person_is_told_at_once(tmp_path, faults):
    faults.write_text("absent")
    with Run(tmp_path) as run:
        out, errors = run.process.communicate(timeout=ENOUGH)
        assert (run.process.returncode, out) == (69, "")
        assert errors.startswith("emotion-edge: picamera: no camera to be had")
        assert errors.count("\n") == 1
        assert not run.log.exists()


def test_a_reader_that_dies_is_replaced_and_a_second_ctrl_c_spoils_nothing(tmp_path, faults):
    with Run(tmp_path) as run:
        run.until("start")
        (reader,) = run.readers()
        os.kill(reader, signal.SIGKILL)
        run.until("start", "lost", "back")
        (reader,) = run.readers()
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.end(signal.SIGINT) == (0, "")
        assert run.story() == ["start", "lost", "back", "stop"]
        assert run.events()[-1]["reason"] == "SIGINT"
        assert not Path(f"/proc/{reader}").exists()


def test_it_ends_in_time_while_its_camera_hangs(tmp_path, faults):
    with Run(tmp_path) as run:
        run.until("start")
        (reader,) = run.readers()
        faults.write_text("hang stuck-stop")
        assert run.end(signal.SIGTERM) == (0, "")
        assert run.story() == ["start", "stop"]
        assert not Path(f"/proc/{reader}").exists()


def test_a_service_manager_that_ends_all_its_processes_makes_no_lost_camera(tmp_path, faults):
    with Run(tmp_path) as run:
        run.until("start")
        (reader,) = run.readers()
        run.process.send_signal(signal.SIGTERM)
        os.kill(reader, signal.SIGTERM)
        assert run.process.wait(15) == 0
        assert run.story() == ["start", "stop"]
