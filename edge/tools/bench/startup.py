"""How long it takes from the command to the first result."""

import subprocess
import time
from statistics import median
from threading import Timer

from edge.tools.bench.settings import Settings
from edge.tools.bench.starting import start

_LIMIT = 120.0
"""Seconds after which a start is given up."""


def time_to_first_result(settings: Settings, times: int = 3) -> float | None:
    """Seconds from starting a fresh process to its having looked at one frame; None where it did not get there.

    It is `run` on the same source, models and threads, with all else as it ships; the median of some starts, so the
    files are in the system's cache.
    """
    seconds = [_start(arguments(settings)) for _ in range(times)]
    known = [value for value in seconds if value is not None]
    return median(known) if len(known) == times else None


def arguments(settings: Settings) -> list[str]:
    """What is started."""
    options = ["--source", settings.source, "--threads", str(settings.threads), "--max-frames", "1", "--log", "-"]
    models = [] if settings.models is None else ["--models", str(settings.models)]
    return ["run", *options, *models]


def _start(words: list[str]) -> float | None:
    began = time.monotonic()
    with start(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        guard = Timer(_LIMIT, process.kill)
        guard.start()
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if b'"stop"' in line:  # written as soon as the one frame was looked at
                    return time.monotonic() - began
        finally:
            guard.cancel()
    return None
