"""A run as the service's, whose camera is the demo clip over and over at its own pace: `camera.py LOG [HANG_ONCE]`.

Where a file HANG_ONCE is named and not there yet, it is made, and the 30th frame's analysis never ends.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from edge import __version__
from edge.assembly import load_pipeline
from edge.capture.opening import open_source
from edge.contract.records import Analysis, Episode, Frame, Start
from edge.outputs.event_log import EventLog
from edge.pipeline import Pipeline
from edge.service.notify import Supervision
from edge.service.runner import Runner, heeding_signals


class Endless:
    """Fifteen frames a second for ever."""

    live = True
    description = "demo"
    skipped = 0
    dropped = 0

    def __init__(self):
        self._clip = open_source("demo")

    def read(self) -> Frame:
        time.sleep(1 / 15)
        frame = self._clip.read()
        if frame is None:
            self._clip.close()
            self._clip = open_source("demo")
            frame = self._clip.read()
        return Frame(frame.index, time.time(), time.monotonic(), frame.grey)


class Sticking:
    """The real pipeline, up to its 30th frame."""

    def __init__(self, pipeline: Pipeline):
        self._analyze: Callable[[Frame], Analysis] = pipeline.analyze
        self.finish: Callable[[], tuple[Episode, ...]] = pipeline.finish
        self._frames = 0

    def analyze(self, frame: Frame) -> Analysis:
        self._frames += 1
        while self._frames >= 30:
            time.sleep(1)
        return self._analyze(frame)


def main(log: Path, hang_once: Path | None = None) -> None:
    pipeline = load_pipeline()
    if hang_once and not hang_once.exists():
        hang_once.touch()
        pipeline = Sticking(pipeline)
    with EventLog(log, "demo") as events, Supervision.from_environment() as supervision:
        runner = Runner(Endless(), pipeline, [events, supervision])
        with heeding_signals(runner.stop):
            runner.run(partial(Start, version=__version__, runtime="LiteRT", source="demo", models=()))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
