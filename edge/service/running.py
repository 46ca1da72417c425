"""Puts a run together: source, pipeline and outputs, opened in order and closed in reverse."""

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from edge import __version__
from edge.assembly import load_pipeline
from edge.capture.opening import open_source
from edge.contract.interpreter import runtime
from edge.contract.records import ModelInfo, Start
from edge.outputs.console import Console
from edge.outputs.event_log import EventLog
from edge.outputs.output import Output
from edge.service.runner import Runner, stopped_by_signals


def run(
    source: str, log: Path | None, camera: str | None, max_frames: int | None, models: Path | None, threads: int
) -> None:
    """Runs to the end of the source, to `max_frames`, or until SIGINT or SIGTERM.

    Args:
        source: as `edge.capture.opening.open_source` takes it.
        log: file for the event log; "-" writes it to standard output instead of what people read; None for no log.
        camera: name in the log; None for the source's own description.
        max_frames: None for no limit.
        models: folder with the models; None for those shipped.
        threads: processor cores to use.

    Raises:
        EdgeError: a part cannot be had; nothing is written then.
    """
    with ExitStack() as stack:
        pipeline = load_pipeline(models, threads)
        frames = stack.enter_context(open_source(source))
        name = camera or frames.description
        outputs: list[Output] = [] if str(log) == "-" else [Console(sys.stdout)]
        if log is not None:
            outputs.append(EventLog(log, name))
        for output in outputs:
            stack.enter_context(output)
        runner = Runner(frames, pipeline, outputs)
        start = partial(_start, source=frames.description, models=pipeline.models)
        with stopped_by_signals(runner.stop):
            runner.run(start, max_frames)


def _start(wall: float, mono: float, source: str, models: tuple[ModelInfo, ...]) -> Start:
    return Start(wall, mono, __version__, runtime(), source, models)
