"""Asks a question in a process of its own: a broken library may end the process that loads it, a camera may hang it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds for an answer: a small board with a slow card takes 20 to load OpenCV for the first time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        found: what was asked for; empty where it failed.
        error: the name of the exception that was raised, the signal that ended the process, "silence" where it had to
            be ended, or empty.
        reason: in one line, why.
    """

    found: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    reason: str = ""

    @property
    def good(self) -> bool:
        """Whether there is an answer."""
        return not self.error

    @property
    def fatal(self) -> bool:
        """Whether the process was ended by a signal, as by an instruction that the processor does not have."""
        return self.error.startswith("SIG")


def ask(question: str, about: dict[str, Any] | None = None, patience: float = PATIENCE) -> Answer:
    """Asks one of `edge.tools.doctor.questions`.

    Args:
        question: its name.
        about: what it is to know; plain data. It is sent through a pipe, so that no other user sees it.
        patience: seconds to wait.
    """
    with tempfile.TemporaryFile() as noise:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "edge.tools.doctor.questions", question],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=noise,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)},
        )
        try:
            output, _ = process.communicate(json.dumps(about or {}).encode(), patience)
        except subprocess.TimeoutExpired:
            _end(process)
            return Answer(error="silence", reason=f"no answer within {patience:g} s")
        except BaseException:
            _end(process)
            raise
        noise.seek(0)
        return _read(process.returncode, output, noise.read().decode(errors="replace"))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Does not wait for a process that the kernel itself holds in a broken driver."""
    process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=2)


def _read(code: int, output: bytes, noise: str) -> Answer:
    last = (noise.strip().splitlines() or ["it said nothing"])[-1]
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"SIG{-code}"
        return Answer(error=name, reason=f"ended by {name}")
    try:
        form = json.loads(output)
        return Answer(form.get("found") or {}, form.get("error", ""), form.get("reason", ""))
    except (ValueError, AttributeError):
        return Answer(error="exit", reason=f"ended with {code}: {last[:200]}")
