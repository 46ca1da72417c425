"""`python -m edge run` on a camera that comes and goes, as a process; the camera is a stand-in for a Raspberry Pi's."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STANDINS = ROOT / "tests" / "edge" / "capture" / "standins"
ENOUGH = 60.0


class Run:
    def __init__(self, folder: Path, *more: str):
        self.log = folder / "log.jsonl"
        self.faults = folder / "faults"
        self._environment = {**os.environ, "STANDIN_PICAMERA2": str(self.faults), "PYTHONPATH": str(STANDINS)}
        self._command = [sys.executable, "-m", "edge", "run", "--source", "picamera", "--log", str(self.log), *more]

    def __enter__(self):
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object):
        self.process.kill()
        self.process.communicate()

    def events(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def story(self) -> list[str]:
        return [event.get("state", event["event"]) for event in self.events()]

    def until(self, *story: str):
        end = time.monotonic() + ENOUGH
        while self.story() != list(story):
            assert time.monotonic() < end, f"{self.story()} instead of {story}"
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)

    def readers(self) -> list[int]:
        return [
            int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if parent_of(stat) == self.process.pid
        ]

    def end(self, number: int) -> tuple[int, str]:
        """Sends a signal; the exit code and what was on standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=15)
        return self.process.returncode, errors


def parent_of(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None  # it has ended meanwhile


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
