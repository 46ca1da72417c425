"""Puts a run together: source, pipeline and outputs, opened in order and closed in reverse."""

import sys
from contextlib import ExitStack
from functools import partial

from edge import __version__
from edge.assembly import load_pipeline
from edge.capture.opening import open_stream
from edge.capture.settings import CaptureSettings
from edge.capture.view import View
from edge.contract.interpreter import runtime
from edge.contract.records import Box, ModelInfo, Start
from edge.outputs.console import Console
from edge.outputs.event_log import EventLog
from edge.outputs.log.limits import MB, Limits
from edge.outputs.metrics import Readings
from edge.outputs.output import Output
from edge.outputs.scribe import Scribe
from edge.pipeline import Pipeline
from edge.service.board import temperature, throttled
from edge.service.configuration import Camera, Configuration, Log
from edge.service.notify import Supervision
from edge.service.pause import Pause
from edge.service.reporters import reporters
from edge.service.runner import Runner, heeding_signals


def run(
    configuration: Configuration, max_frames: int | None = None, *, wait: bool = False, silent: bool = False
) -> None:
    """Runs to the end of the source, to `max_frames`, or until SIGINT or SIGTERM.

    Args:
        configuration: all settings. Where its log is "-", that takes the place of what people read.
        max_frames: None for no limit.
        wait: whether to wait for a camera that is not there, as a service does.
        silent: whether to leave out what people read on standard output.

    Raises:
        EdgeError: a part cannot be had; nothing is written then.
    """
    camera, log = configuration.camera, configuration.log
    with ExitStack() as stack:
        pipeline = _pipeline(configuration)
        frames = stack.enter_context(open_stream(camera.source, _capture(camera), wait=wait))
        name = camera.name or frames.description
        outputs: list[Output] = [] if silent or str(log.path) == "-" else [Console(sys.stdout)]
        record = _record(log, name, strict=not wait)
        outputs += [record] if record else []
        readings = Readings(temperature, throttled, lost_frames=lambda: {"unusable": frames.skipped})
        outputs += reporters(configuration, name, pipeline.labels, readings)
        supervision = Supervision.from_environment()
        outputs.append(supervision)  # the last, so that an output that hangs starves the watchdog
        for output in outputs:
            stack.enter_context(output)
        pause = Pause(configuration.privacy.pause_file)
        runner = Runner(frames, pipeline, outputs, idle=supervision.rest, paused=lambda: pause.active)
        start = partial(_start, source=frames.description, models=pipeline.models)
        # Closing belongs inside: a second Ctrl-C, or systemd's own, must not cut off the log's last lines.
        reopen = record.reopen if record else lambda: None
        with heeding_signals(runner.stop, reopen), stack.pop_all():
            runner.run(start, max_frames)


def _record(log: Log, camera: str, strict: bool) -> EventLog | None:
    if log.path is None:
        return None
    limits = Limits(
        size=log.rotate_mb * MB,
        total=log.total_mb * MB,
        free=None if log.free_mb is None else log.free_mb * MB,
        days=log.keep_days,
        sync=log.sync_seconds,
    )
    return EventLog(log.path, Scribe(camera, log.mode), limits, strict=strict)


def _capture(camera: Camera) -> CaptureSettings:
    region = Box(*camera.region) if camera.region else None
    flip = None if camera.flip == "none" else camera.flip
    view = View(rotate=camera.rotate, flip=flip, region=region)
    return CaptureSettings(size=camera.size, max_fps=camera.max_fps, stale=camera.stale_after, view=view)


def _pipeline(configuration: Configuration) -> Pipeline:
    vision = configuration.vision
    return load_pipeline(
        vision.models,
        vision.threads,
        cascade=vision.cascade,
        smallest=configuration.camera.smallest_face,
        search_width=vision.search_width,
        gate_threshold=vision.gate_threshold,
        emotion_threshold=vision.emotion_threshold,
        patience=vision.patience,
        smoothing=vision.smoothing,
        profile=vision.profile,
    )


def _start(wall: float, mono: float, source: str, models: tuple[ModelInfo, ...]) -> Start:
    return Start(wall, mono, __version__, runtime(), source, models)
