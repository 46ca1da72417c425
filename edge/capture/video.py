"""Recordings, USB cameras and network streams, through OpenCV."""

import logging
import math
import os
import sys
from pathlib import Path
from typing import Any

import cv2
from numpy.typing import NDArray

from edge.capture.credentials import without_credentials
from edge.capture.devices import camera_advice
from edge.capture.readers import BAD_IN_A_ROW, Captured, LiveReader, RecordedReader
from edge.capture.source import SYSTEM_CLOCK, Clock, Size
from edge.contract.errors import InputError, SourceError

_log = logging.getLogger(__name__)

DEFAULT_FPS = 25.0
"""For recordings that do not say, or say nonsense: the usual rate of the containers that leave it out."""


class VideoFile(RecordedReader):
    """A recording. Its frames carry the time at which it was opened plus their position in it."""

    def __init__(self, path: Path, clock: Clock = SYSTEM_CLOCK):
        """Opens a recording.

        Raises:
            InputError: the file is missing, unreadable, not a video or without a single picture.
        """
        super().__init__(str(path))
        _check_readable(path)
        _be_quiet()
        # An absolute path, because FFmpeg would take "a:b.mp4" for a protocol.
        self._video = cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
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

    def _capture(self) -> Captured | None:
        if not self._grab():
            return None
        position = self._advance()
        return Captured(_retrieve(self._video), self._time + position, self._mono + position)

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


class Camera(LiveReader):
    """A camera by its number or device path, or a network stream by its URL: a simple reader that blocks."""

    def __init__(
        self,
        address: str,
        size: Size | None = None,
        fps: float | None = None,
        timeout: float = 10.0,
        clock: Clock = SYSTEM_CLOCK,
    ):
        """Opens a camera or stream.

        Args:
            address: "0", "/dev/video0" or a URL.
            size: width and height to ask a camera for; it may give another. A stream decides for itself.
            fps: frames a second to ask a camera for.
            timeout: seconds to wait for a stream to open and for each of its frames. Cameras on a cable have the
                operating system's own.
            clock: stamps the frames.

        Raises:
            SourceError: it is not there, in use, not permitted, or does not answer.
        """
        super().__init__(without_credentials(address))
        _be_quiet()
        self._clock = clock
        self._network = "://" in address
        self._video = _open_stream(address, timeout) if self._network else _open_device(address)
        if not self._video.isOpened():
            self._video.release()
            raise SourceError(f"{self.description}: cannot be opened; {self._advice(address)}")
        if not self._network:
            self._ask_for(size, fps)

    def close(self) -> None:
        """See `Source`."""
        self._video.release()

    def _capture(self) -> Captured:
        if not self._video.grab():
            raise SourceError(f"{self.description}: gives no frames (any more); {self._hint()}")
        time, mono = self._clock.time(), self._clock.mono()  # before decoding, which takes a while
        return Captured(_retrieve(self._video), time, mono)

    def _ask_for(self, size: Size | None, fps: float | None) -> None:
        self._video.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # rather a lost frame than an old one
        if size is not None:
            self._video.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
            self._video.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        if fps is not None:
            self._video.set(cv2.CAP_PROP_FPS, fps)
        given = (self._video.get(cv2.CAP_PROP_FRAME_WIDTH), self._video.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if size is not None and given != size:
            _log.info("%s: gives %.0fx%.0f instead of %dx%d", self.description, *given, *size)

    def _advice(self, address: str) -> str:
        return self._hint() if self._network else camera_advice(address)

    def _hint(self) -> str:
        if self._network:
            return "check that the address is right and the device is on, for example with: ffplay URL"
        return "check the cable; a camera on a Raspberry Pi's ribbon cable is --source picamera"


def _open_device(address: str) -> cv2.VideoCapture:
    device: Any = int(address) if address.isdecimal() else address
    return cv2.VideoCapture(device, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)


def _open_stream(address: str, timeout: float) -> cv2.VideoCapture:
    """The timeouts act only where the FFmpeg backend is named."""
    milliseconds = max(1, round(timeout * 1000))
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds, cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds]
    return cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)


def _retrieve(video: cv2.VideoCapture) -> NDArray[Any] | None:
    """Decodes the grabbed frame: BGR uint8 as a rule, None where it is corrupt."""
    try:
        good, image = video.retrieve()
    except cv2.error:
        return None
    return image if good else None


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


def _be_quiet() -> None:
    """Keeps OpenCV and FFmpeg from writing to standard error by themselves: our one line says what is wrong.

    FFmpeg's level is read when the first video is opened; -8 is its AV_LOG_QUIET. Whoever sets these variables
    himself gets to see what he asked for.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        names: Any = cv2  # the function moved in 4.13
        (names.setLogLevel if hasattr(cv2, "setLogLevel") else names.utils.logging.setLogLevel)(0)
