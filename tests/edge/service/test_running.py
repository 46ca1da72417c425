"""`python -m edge run` on a camera that comes and goes, as a process; the camera is a stand-in for a Raspberry Pi's."""

import os
import signal
from pathlib import Path

import pytest

from edge.capture.settings import CaptureSettings
from edge.capture.view import View
from edge.contract.records import Box
from edge.outputs.log.limits import MB, Limits
from edge.service.configuration import Camera, Log
from edge.service.parts import capture_settings
from edge.service.running import _record
from tests.edge.service.processes import ENOUGH, Run
from tests.terminals import BEHIND, IN_FRONT, terminal


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


def test_a_file_stops_the_analysis_and_its_removal_lets_it_go_on(tmp_path, faults):
    pause = tmp_path / "pause"
    with Run(tmp_path, EMOTION_EDGE_PRIVACY_PAUSE_FILE=str(pause)) as run:
        run.until("start")
        pause.touch()
        run.until("start", "begun")
        pause.unlink()
        run.until("start", "begun", "ended")
        assert run.end(signal.SIGTERM) == (0, "")


def test_sighup_begins_the_log_anew_under_its_name(tmp_path, faults):
    with Run(tmp_path) as run:
        run.until("start")
        run.log.rename(tmp_path / "moved.jsonl")
        run.process.send_signal(signal.SIGHUP)
        faults.write_text("unplugged absent")
        run.until("lost")
        assert run.end(signal.SIGTERM) == (0, "")
        assert run.story() == ["lost", "stop"]
    assert (tmp_path / "moved.jsonl").read_text().count("\n") == 1


def test_closing_its_terminal_ends_it(tmp_path, faults):
    with terminal() as window, Run(tmp_path, stdin=window.end, stdout=window.end, through=IN_FRONT) as run:
        run.until("start")
        (reader,) = run.readers()
        window.close()
        assert (run.process.wait(ENOUGH), run.process.stderr.read()) == (0, "")
        assert run.story() == ["start", "stop"]
        assert run.events()[-1]["reason"] == "SIGHUP"
        assert not Path(f"/proc/{reader}").exists()


def test_a_job_in_the_background_ends_with_what_it_cannot_say_to_its_terminal_any_more(tmp_path, faults):
    with terminal() as window, Run(tmp_path, stdin=window.end, stdout=window.end, through=BEHIND) as run:
        run.until("start")
        window.close()
        faults.write_text("unplugged absent")  # which there is something to say of
        assert (run.process.wait(ENOUGH), run.process.stderr.read()) == (0, "")
        assert run.story() == ["start", "lost", "stop"]
        assert run.events()[-1]["reason"] == "SIGHUP"


def test_what_is_no_part_of_a_terminals_session_goes_on_without_it(tmp_path, faults):
    """As a service whose output somebody has sent to a terminal; SIGHUP is logrotate's there."""
    with terminal() as window, Run(tmp_path, stdin=window.end, stdout=window.end) as run:
        run.until("start")
        window.close()
        faults.write_text("unplugged absent")
        run.until("start", "lost")
        faults.write_text("")
        run.until("start", "lost", "back")
        assert run.end(signal.SIGTERM) == (0, "")
        assert run.story() == ["start", "lost", "back", "stop"]


def test_every_setting_of_the_log_reaches_it(tmp_path):
    log = Log(tmp_path / "log", "changes", sync_seconds=2.5, rotate_mb=3, total_mb=70, free_mb=0, keep_days=9)
    with _record(log, "door", strict=True) as record:
        limits = record._file._limits
    assert limits == Limits(size=3 * MB, total=70 * MB, free=0, days=9, sync=2.5)
    assert _record(Log(), "door", strict=True) is None


def test_every_setting_of_the_camera_reaches_it():
    camera = Camera(size=(800, 600), rotate=90, flip="vertical", region=(1, 2, 30, 40), max_fps=3.0, stale_after=20.0)
    view = View(90, "vertical", Box(1, 2, 30, 40))
    assert capture_settings(camera) == CaptureSettings(size=(800, 600), max_fps=3.0, stale=20.0, view=view)
    assert capture_settings(Camera()) == CaptureSettings(), "and the defaults are the same"
