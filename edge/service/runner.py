"""The loop of a run: frames in, moments out, until the source ends or somebody asks to stop."""

import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from edge.capture.source import SYSTEM_CLOCK, Clock, Source
from edge.contract.errors import SourceError
from edge.contract.records import Analysis, Frame, Heartbeat, Moment, Start, Stop
from edge.outputs.output import Output
from edge.pipeline import Pipeline
from edge.service.board import temperature, throttled

BEAT = 60.0
"""Seconds of stream between two heartbeats."""


class Runner:
    """Reads frames, has each analysed, and tells every output."""

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        outputs: Sequence[Output],
        clock: Clock = SYSTEM_CLOCK,
    ):
        """Takes parts that are open already; `clock` is for the time before the first frame."""
        self._source = source
        self._pipeline = pipeline
        self._outputs = outputs
        self._now = (clock.time(), clock.mono())
        self._faces = 0
        self._frames = 0
        self._reason = ""
        self._lost: SourceError | None = None
        self._beat = _Beat(self._now[1], 0)

    def run(self, start: Callable[[float, float], Start], max_frames: int | None = None) -> Stop:
        """Runs until the source ends, `max_frames` were seen, or `stop` was called. Returns its last moment.

        Args:
            start: makes the first moment, given its `time` and `mono`.
            max_frames: None for no limit.

        Raises:
            SourceError: the camera or stream was lost; the outputs have been told the end by then.
            OutputError: an output cannot be written.
        """
        frame = self._next(max_frames)
        if frame is not None:
            self._now = (frame.time, frame.mono)
        self._beat = _Beat(self._now[1], self._source.skipped)
        self._tell(start(*self._now))
        while frame is not None:
            self._look(frame)
            frame = self._next(max_frames)
        stop = self._finish()
        if self._lost is not None:
            raise self._lost
        return stop

    def stop(self, reason: str) -> None:
        """Asks the run to end after the frame in hand. May be called from a signal handler."""
        self._reason = self._reason or reason

    def _next(self, max_frames: int | None) -> Frame | None:
        if max_frames is not None and self._frames >= max_frames:
            self.stop("frame limit")
        if self._reason:
            return None
        try:
            frame = self._source.read()
        except SourceError as error:
            self._lost = error
            self.stop("source lost")
            return None
        if frame is None:
            self.stop("end of source")
        return frame

    def _look(self, frame: Frame) -> None:
        self._now = (frame.time, frame.mono)
        began = time.perf_counter()
        analysis = self._pipeline.analyze(frame)
        self._beat.add(analysis, time.perf_counter() - began)
        self._frames += 1
        self._faces += sum(seen.started for seen in analysis.observations)
        self._tell(analysis)
        if frame.mono - self._beat.since >= BEAT:
            self._tell(self._beat.close(*self._now, self._source.skipped))
            self._beat = _Beat(frame.mono, self._source.skipped)

    def _finish(self) -> Stop:
        wall, mono = self._now
        self._tell(Analysis(self._frames, wall, mono, (), self._pipeline.finish(), 0))
        stop = Stop(wall, mono, self._reason, self._frames, self._source.skipped, self._faces)
        self._tell(stop)
        return stop

    def _tell(self, moment: Moment) -> None:
        for output in self._outputs:
            output.handle(moment)


class _Beat:
    """What is counted from one heartbeat to the next."""

    def __init__(self, since: float, skipped: int):
        self.since = since
        self._skipped = skipped
        self._latencies: list[float] = []
        self._faces = 0
        self._rejected = 0

    def add(self, analysis: Analysis, seconds: float) -> None:
        self._latencies.append(seconds)
        self._faces += sum(seen.started for seen in analysis.observations)
        self._rejected += analysis.rejected

    def close(self, wall: float, mono: float, skipped: int) -> Heartbeat:
        return Heartbeat(
            time=wall,
            mono=mono,
            seconds=mono - self.since,
            frames=len(self._latencies),
            skipped=skipped - self._skipped,
            faces=self._faces,
            rejected=self._rejected,
            latency_p95=_percentile(self._latencies, 0.95) * 1000 if self._latencies else None,
            temperature=temperature(),
            throttled=throttled(),
        )


def _percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of all are not above (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@contextmanager
def stopped_by_signals(stop: Callable[[str], None]) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM call `stop` with their name instead of ending the process."""

    def handle(number: int, _: FrameType | None) -> None:
        stop(signal.Signals(number).name)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
