"""Puts a run together: source, pipeline and outputs, opened in order and closed in reverse."""

import sys
from contextlib import ExitStack
from functools import partial

from edge import __version__
from edge.capture.credentials import name_of
from edge.capture.opening import open_stream
from edge.capture.source import Stream
from edge.contract.interpreter import runtime
from edge.contract.records import ModelInfo, Start
from edge.outputs.aside import Aside
from edge.outputs.console import Console
from edge.outputs.event_log import EventLog
from edge.outputs.log.limits import MB, Limits
from edge.outputs.metrics import Readings
from edge.outputs.output import Output, Viewer
from edge.outputs.scribe import Scribe
from edge.service.board import temperature, throttled
from edge.service.configuration import Configuration, Log
from edge.service.notify import Supervision
from edge.service.parts import capture_settings, pipeline_of
from edge.service.pause import Pause
from edge.service.reporters import reporters
from edge.service.retried import Retried
from edge.service.runner import Runner, heeding_signals
from edge.service.window import Window
from edge.vision.timing import Stopwatch


def run(
    configuration: Configuration,
    max_frames: int | None = None,
    *,
    wait: bool = False,
    silent: bool = False,
    viewer: Viewer | None = None,
) -> None:
    """Runs to the end of the source, to `max_frames`, or until SIGINT, SIGTERM, or its terminal is closed.

    Args:
        configuration: all settings. Where its log is "-", that takes the place of what people read.
        max_frames: None for no limit.
        wait: whether to wait for what is not there, as a service does: the camera, the log's disk, or an address to
            listen on.
        silent: whether to leave out what people read on standard output.
        viewer: is shown the frames, too; None for nobody.

    Raises:
        EdgeError: a part cannot be had; nothing is written then.
    """
    camera, log = configuration.camera, configuration.log
    with ExitStack() as stack:
        stopwatch = Stopwatch()
        pipeline = pipeline_of(configuration, stopwatch)
        frames = stack.enter_context(open_stream(camera.source, capture_settings(camera), wait=wait))
        name = camera.name or name_of(camera.source)
        console = [] if silent or str(log.path) == "-" else [_console()]
        record = _record(log, name, strict=not wait)
        outputs = _written(console, record, live=frames.live)
        asides = [output for output in outputs if isinstance(output, Aside)]
        heard = reporters(configuration, name, pipeline.labels, _readings(frames, record, stopwatch))
        heard += [viewer] if viewer else []
        outputs += [Retried(output) for output in heard] if wait else heard
        supervision = Supervision.from_environment()
        outputs.append(supervision)  # the last, so that an output that hangs starves the watchdog
        pause = Pause(configuration.privacy.pause_file)

        def idle(why: str) -> None:
            for aside in asides:
                aside.check()
            supervision.rest(why)

        watch = viewer.watch if viewer else lambda _, __: None
        runner = Runner(frames, pipeline, outputs, idle=idle, paused=lambda: pause.active, watch=watch)
        start = partial(_start, source=frames.description, models=pipeline.models)
        # Opening belongs inside, because a page tells its address then; and closing: a second Ctrl-C, or systemd's own,
        # must not cut off the log's last lines.
        with heeding_signals(runner.stop, record.reopen if record else None), stack.pop_all() as opened:
            for output in outputs:
                opened.enter_context(output)
            runner.run(start, max_frames)


def _console() -> Output:
    return Window(Console(sys.stdout)) if sys.stdout.isatty() else Console(sys.stdout)


def _written(console: list[Output], record: EventLog | None, live: bool) -> list[Output]:
    """The outputs that write. A recording waits for them; a camera does not, and nor does the loop that looks at it."""
    if not live:
        return [*console, *([record] if record else [])]
    outputs: list[Output] = [Aside(one, "standard output") for one in console]
    return outputs + ([Aside(record, "the log", record.missed, weigh=record.count)] if record else [])


def _readings(frames: Stream, record: EventLog | None, stopwatch: Stopwatch) -> Readings:
    return Readings(
        temperature,
        throttled,
        restarts=lambda: frames.restarts,
        log_errors=lambda: record.lost if record else None,
        lost_frames=lambda: {"unusable": frames.skipped, "replaced": frames.dropped},
        stages=lambda: stopwatch.seconds,
    )


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


def _start(wall: float, mono: float, source: str, models: tuple[ModelInfo, ...]) -> Start:
    return Start(wall, mono, __version__, runtime(), source, models)
