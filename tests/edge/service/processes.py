"""`python -m edge run` as a process, by default on a stand-in for a Raspberry Pi's camera."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
STANDINS = ROOT / "tests" / "edge" / "capture" / "standins"
ENOUGH = 60.0


class Run:
    """A run, to be entered; its log and the file of the camera's faults lie in a folder."""

    def __init__(
        self,
        folder: Path,
        *more: str,
        source: str | None = "picamera",
        stdin: int | None = None,
        stdout: int = subprocess.PIPE,
        through: tuple[str, ...] = (),
        **environment: str,
    ):
        self.log = folder / "log.jsonl"
        self.faults = folder / "faults"
        self._environment = {**os.environ, "STANDIN_PICAMERA2": str(self.faults), "PYTHONPATH": str(STANDINS)}
        self._environment |= environment
        self._stdin, self._stdout = stdin, stdout
        named = [] if source is None else ["--source", source]
        self._command = [*through, sys.executable, "-m", "edge", "run", *named, "--log", str(self.log), *more]

    def __enter__(self):
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdin=self._stdin,
            stdout=self._stdout,
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
