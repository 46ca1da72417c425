"""The frames of a measurement: as many as asked for, of the size asked for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np

from edge.capture.opening import open_stream
from edge.capture.source import Stream
from edge.contract.errors import SourceError
from edge.contract.records import CameraEvent, Frame
from edge.tools.bench.settings import Size


class Frames:
    """Reads a source, a recording over and over, and tells what of the reading was work and what was waiting.

    Attributes:
        stages: the stages that `read` times. "decode" is the processor time of reading in all threads, but at most as
            long as reading took; "capture" is the rest, which was spent waiting for the camera or the file. A camera is
            read and decoded in a process of its own, so that here is only waiting.
        passed: seconds of the stream from the frame before to the last one that was read; 0 where a recording began
            with it.
    """

    def __init__(self, spec: str, size: Size | None):
        """Opens the source. Raises InputError or SourceError as `open_stream`."""
        self._spec = spec
        self._size = size
        self._source: Stream = open_stream(spec)
        self.stages: tuple[str, ...] = ("capture",) if self._source.live else ("capture", "decode")
        self.passed = 0.0
        self._last: float | None = None

    def read(self) -> tuple[Frame, dict[str, float]]:
        """The next frame, and the seconds of each of `stages`. Raises SourceError when a camera is lost."""
        began, worked = time.perf_counter(), time.process_time()
        while not isinstance(frame := self._source.read(), Frame):
            if isinstance(frame, CameraEvent):
                raise SourceError(f"{frame.reason}; a measurement needs it from beginning to end")
            if not self._source.live:
                self._source.close()
                self._source = open_stream(self._spec)
                self._last = None  # its time is the clock's again, which has no more to do with what was played before
                began, worked = time.perf_counter(), time.process_time()
        took, worked = time.perf_counter() - began, time.process_time() - worked
        self.passed = 0.0 if self._last is None else max(0.0, frame.mono - self._last)
        self._last = frame.mono
        if self._source.live:
            return self._sized(frame), {"capture": took}
        decode = min(worked, took)
        return self._sized(frame), {"capture": took - decode, "decode": decode}

    def close(self) -> None:
        """Releases the source."""
        self._source.close()

    def _sized(self, frame: Frame) -> Frame:
        if self._size is None or frame.grey.shape == self._size[::-1]:
            return frame
        grey = cv2.resize(frame.grey, self._size, interpolation=cv2.INTER_AREA)
        return replace(frame, grey=grey.astype(np.uint8, copy=False))


@contextmanager
def open_frames(spec: str, size: Size | None) -> Iterator[Frames]:
    """Frames that are closed at the end. Raises InputError or SourceError as `open_stream`."""
    frames = Frames(spec, size)
    try:
        yield frames
    finally:
        frames.close()
