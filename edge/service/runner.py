"""The loop of a run: frames in, moments out, until the source ends or somebody asks to stop."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

from edge.capture.source import SYSTEM_CLOCK, Clock, Stream
from edge.contract.errors import SourceError
from edge.contract.records import Analysis, CameraEvent, Frame, Heartbeat, Moment, Pause, Start, Stop
from edge.outputs.output import Output
from edge.pipeline import Pipeline
from edge.service.board import Nurse, temperature, throttled, trouble
from edge.vision.timing import percentile

_Handler: TypeAlias = Callable[[int, FrameType | None], None]

BEAT = 60.0
"""Seconds of stream between two heartbeats."""


class Runner:
    """Reads frames, has each analysed, and tells every output."""

    def __init__(
        self,
        source: Stream,
        pipeline: Pipeline,
        outputs: Sequence[Output],
        clock: Clock = SYSTEM_CLOCK,
        idle: Callable[[str], None] | None = None,
        paused: Callable[[], bool] = lambda: False,
        watch: Callable[[Frame, Analysis], None] = lambda _, __: None,
    ):
        """Takes parts that are open already.

        Args:
            source: what to read.
            pipeline: what looks at it.
            outputs: who is told.
            clock: the time while no frame comes; a frame brings its own.
            idle: called at each turn in which no frame was looked at, with the reason in a line, or "" while the next
                frame is merely awaited. A watchdog is fed here, as it is by frames.
            paused: whether to look away; asked before each frame. Frames are then taken and forgotten.
            watch: shown each frame that was looked at, before the outputs are told of it. Must not wait for anybody.
        """
        self._source = source
        self._pipeline = pipeline
        self._outputs = outputs
        self._clock = clock
        self._idle = idle or (lambda _: None)
        self._now = (clock.time(), clock.mono())
        self._faces = 0
        self._frames = 0
        self._rejected = 0
        self._nurse = Nurse()
        self._away = ""
        self._paused = paused
        self._watch = watch
        self._looks_away = False
        self._looked: tuple[float, float] | None = None
        self._reason = ""
        self._failure: SourceError | None = None
        self._beat = _Beat(self._now[1], source)

    @property
    def running(self) -> bool:
        """Whether nothing has asked for the end."""
        return not self._reason

    def run(self, start: Callable[[float, float], Start], max_frames: int | None = None) -> Stop:
        """Runs until the source ends, `max_frames` were seen, or `stop` was called. Returns its last moment.

        Args:
            start: makes the first moment, given its `time` and `mono`.
            max_frames: None for no limit.

        Raises:
            SourceError: a camera that is read in this process was lost; the outputs have been told the end by then.
            OutputError: an output cannot be written.
        """
        self.startup(start)
        while self.running:
            if max_frames is not None and self._frames >= max_frames:
                self.stop("frame limit")
            else:
                self.tick()
        return self.shutdown()

    def stop(self, reason: str) -> None:
        """Asks the run to end after the frame in hand. May be called from a signal handler."""
        self._reason = self._reason or reason

    def startup(self, start: Callable[[float, float], Start]) -> None:
        """Tells the outputs of the start, with the time of the first frame where there is one already."""
        first = self._read() if self.running else None
        self._set_time(first)
        self._beat = _Beat(self._now[1], self._source)
        self._tell(start(*self._now))
        self._handle(first)

    def tick(self) -> None:
        """One turn of the loop: waits a moment for what the source gives next, and deals with it."""
        given = self._read()
        self._set_time(given)
        self._handle(given)
        if self._now[1] - self._beat.since >= BEAT:
            self._tell(self._beat.close(*self._now, warning=self._nurse.look(trouble())))
            self._beat = _Beat(self._now[1], self._source)

    def shutdown(self) -> Stop:
        """Ends all tracks and tells the outputs that it is over. Raises the SourceError that ended it, if one did."""
        self._end_tracks()
        stop = Stop(*self._now, self._reason, self._frames, self._source.skipped, self._faces, self._rejected)
        self._tell(stop)
        if self._failure is not None:
            raise self._failure
        return stop

    def _read(self) -> Frame | CameraEvent | None:
        try:
            given = self._source.read()
        except SourceError as error:
            self._failure = error
            self.stop("source lost")
            return None
        if given is None and not self._source.live:
            self.stop("end of source")
        return given

    def _set_time(self, given: Frame | CameraEvent | None) -> None:
        """A recording's time stands still where it ends."""
        if given is not None:
            self._now = (given.time, given.mono)
        elif self._source.live:
            self._now = (self._clock.time(), self._clock.mono())

    def _handle(self, given: Frame | CameraEvent | None) -> None:
        match given:
            case Frame():
                self._look(given)
            case CameraEvent() if self.running:  # systemd's SIGTERM ends the reader too: that camera is not lost
                self._change(given)
            case None if self.running:
                self._idle(f"no camera: {self._away}" if self._away else "")

    def _look(self, frame: Frame) -> None:
        self._heed_pause()
        if self._looks_away:
            self._idle("paused")
            return
        began = time.perf_counter()
        analysis = self._pipeline.analyze(frame)
        self._beat.add(analysis, time.perf_counter() - began)
        self._frames += 1
        self._looked = frame.time, frame.mono
        self._faces += sum(seen.started for seen in analysis.observations)
        self._rejected += analysis.rejected
        self._watch(frame, analysis)
        self._tell(analysis)

    def _change(self, event: CameraEvent) -> None:
        """Nobody knows what happens in front of a lost camera, so its faces are gone."""
        self._away = event.reason
        if event.state == "lost":
            self._end_tracks()
        self._tell(event)

    def _heed_pause(self) -> None:
        """A pause that begins ends all tracks: what is remembered of a face must not outlast the wish to look away."""
        wanted = self._paused()
        if wanted != self._looks_away:
            self._looks_away = wanted
            self._end_tracks()
            self._tell(Pause(*self._now, "begun" if wanted else "ended"))

    def _end_tracks(self) -> None:
        """At the time of the last frame that was looked at: none was since, and nobody knows what it would have shown.

        Where none was looked at since the last time, there are no tracks.
        """
        episodes = self._pipeline.finish()
        if self._looked is not None:
            self._tell(Analysis(self._frames, *self._looked, (), episodes, 0))
        self._looked = None

    def _tell(self, moment: Moment) -> None:
        for output in self._outputs:
            output.handle(moment)


class _Beat:
    """What is counted from one heartbeat to the next."""

    def __init__(self, since: float, source: Stream):
        self.since = since
        self._source = source
        self._skipped, self._dropped = source.skipped, source.dropped
        self._latencies: list[float] = []
        self._faces = 0
        self._rejected = 0

    def add(self, analysis: Analysis, seconds: float) -> None:
        self._latencies.append(seconds)
        self._faces += sum(seen.started for seen in analysis.observations)
        self._rejected += analysis.rejected

    def close(self, wall: float, mono: float, warning: str) -> Heartbeat:
        return Heartbeat(
            time=wall,
            mono=mono,
            seconds=mono - self.since,
            frames=len(self._latencies),
            skipped=self._source.skipped - self._skipped,
            faces=self._faces,
            rejected=self._rejected,
            latency_p95=percentile(sorted(self._latencies), 0.95) * 1000 if self._latencies else None,
            temperature=temperature(),
            throttled=throttled(),
            dropped=self._source.dropped - self._dropped,
            warning=warning,
        )


@contextmanager
def heeding_signals(stop: Callable[[str], None], reopen: Callable[[], None] | None = None) -> Iterator[None]:
    """While inside, SIGINT, SIGTERM and SIGHUP call `stop` with their name instead of ending the process.

    SIGHUP says that the terminal has been closed. To a process that has none, as a service, or that is to outlive its
    own, by nohup, it can only be logrotate's wish: there it calls `reopen`, where that is given.
    """

    def handle(number: int, _: FrameType | None) -> None:
        stop(signal.Signals(number).name)

    handlers = {signal.SIGINT: handle, signal.SIGTERM: handle, signal.SIGHUP: _at_hangup(handle, reopen)}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _at_hangup(stop: _Handler, reopen: Callable[[], None] | None) -> _Handler | signal.Handlers:
    """What nohup had ignored, and there is nothing to do about, stays ignored."""
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    if reopen is not None and (ignored or not _has_terminal()):
        return lambda *_: reopen()
    return signal.SIG_IGN if ignored else stop


def _has_terminal() -> bool:
    """Whether this process belongs to a terminal, wherever its input and output go."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
