"""Recordings, through OpenCV."""

import logging
import math
import sys
from pathlib import Path

import cv2

from edge.capture.memory import give_back
from edge.capture.opencv import be_quiet, retrieve
from edge.capture.readers import BAD_IN_A_ROW, Captured, RecordedReader
from edge.capture.source import SYSTEM_CLOCK, Clock
from edge.capture.view import View
from edge.contract.errors import InputError
from edge.contract.paths import is_nameable

_log = logging.getLogger(__name__)

DEFAULT_FPS = 25.0
"""For recordings that do not say, or say nonsense: the usual rate of the containers that leave it out."""


class VideoFile(RecordedReader):
    """A recording. Its frames carry the time at which it was opened plus their position in it."""

    def __init__(self, path: Path, clock: Clock = SYSTEM_CLOCK, view: View | None = None):
        """Opens a recording.

        Raises:
            InputError: the file is missing, unreadable, not a video or without a single picture.
        """
        super().__init__(str(path), view)
        name = path.resolve()
        _check_readable(path)
        if not is_nameable(name):
            raise InputError(f"{name}: OpenCV can only open names that are UTF-8; rename it, or link to it")
        be_quiet()
        # An absolute path, because FFmpeg would take "a:b.mp4" for a protocol; and one text for all times that it is
        # opened, because OpenCV 4.11 never lets go of it (opencv 28046).
        self._video = cv2.VideoCapture(sys.intern(str(name)), cv2.CAP_FFMPEG)
        self._total = self._missing = _whole(self._video.get(cv2.CAP_PROP_FRAME_COUNT))
        self._period = 1.0 / _sane_fps(self._video.get(cv2.CAP_PROP_FPS))
        self._origin: float | None = None
        self._position = -self._period
        self._time, self._mono = clock.time(), clock.mono()
        if not self._begin():
            self.close()
            raise InputError(f"{path}: no picture can be read from it; give a video that ffmpeg can play")

    def close(self) -> None:
        """See `Source`."""
        super().close()
        self._video.release()
        give_back()  # a page may show a recording again and again, for months

    def _capture(self) -> Captured | None:
        if not self._grab():
            return None
        position = self._advance()
        return Captured(retrieve(self._video), self._time + position, self._mono + position)

    def _grab(self) -> bool:
        """Goes to the next frame. OpenCV reports a damaged one like the end, so it is asked on while some are due."""
        for lost in range(BAD_IN_A_ROW):
            if self._video.grab():
                self._missing -= lost + 1
                for _ in range(lost):
                    self._skip("it is damaged")
                return True
            if lost >= self._missing:
                break
        if self._missing > self._total // 10:  # some containers only estimate how many they hold
            _log.warning("%s: ends about %d frames early; it is damaged or cut off", self.description, self._missing)
        self._missing = 0
        return False

    def _advance(self) -> float:
        """Seconds since the first frame: the container's where they run forwards, else one period after the last."""
        stamp = self._video.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if self._origin is None and math.isfinite(stamp):
            self._origin = stamp  # OpenCV counts from 0 or from the first frame's end, depending on its version
        position = stamp - (self._origin or 0.0)
        if not (math.isfinite(position) and position > self._position):
            position = self._position + self._period
        self._position = position
        return position


def _sane_fps(fps: float) -> float:
    return fps if 0.01 <= fps <= 1000 else DEFAULT_FPS


def _whole(count: float) -> int:
    """A frame count that may be unknown: containers say 0, a negative number or nonsense then."""
    return int(count) if 0 < count < 1e9 else 0


def _check_readable(path: Path) -> None:
    """Raises InputError with the reason, which OpenCV would not give."""
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if empty:
        raise InputError(f"{path}: the file is empty")
