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
from edge.outputs.metrics import Readings
from edge.outputs.output import Output
from edge.pipeline import Pipeline
from edge.service.board import temperature, throttled
from edge.service.configuration import Camera, Configuration
from edge.service.reporters import reporters
from edge.service.runner import Runner, stopped_by_signals


def run(configuration: Configuration, max_frames: int | None = None, *, wait: bool = False) -> None:
    """Runs to the end of the source, to `max_frames`, or until SIGINT or SIGTERM.

    Args:
        configuration: all settings. Where its log is "-", that takes the place of what people read.
        max_frames: None for no limit.
        wait: whether to wait for a camera that is not there, as a service does.

    Raises:
        EdgeError: a part cannot be had; nothing is written then.
    """
    camera, log = configuration.camera, configuration.log
    with ExitStack() as stack:
        pipeline = _pipeline(configuration)
        frames = stack.enter_context(open_stream(camera.source, _capture(camera), wait=wait))
        name = camera.name or frames.description
        outputs: list[Output] = [] if str(log.path) == "-" else [Console(sys.stdout)]
        if log.path is not None:
            outputs.append(EventLog(log.path, name))
        readings = Readings(temperature, throttled, lost_frames=lambda: {"unusable": frames.skipped})
        outputs += reporters(configuration, name, pipeline.labels, readings)
        for output in outputs:
            stack.enter_context(output)
        runner = Runner(frames, pipeline, outputs)
        start = partial(_start, source=frames.description, models=pipeline.models)
        # Closing belongs inside: a second Ctrl-C, or systemd's own, must not cut off the log's last lines.
        with stopped_by_signals(runner.stop), stack.pop_all():
            runner.run(start, max_frames)


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
    )


def _start(wall: float, mono: float, source: str, models: tuple[ModelInfo, ...]) -> Start:
    return Start(wall, mono, __version__, runtime(), source, models)
