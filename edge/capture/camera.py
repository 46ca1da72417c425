"""USB cameras and network streams, through OpenCV."""

import logging
import os
import sys
from typing import Any

import cv2
from numpy.typing import NDArray

from edge.capture.credentials import description_of
from edge.capture.devices import camera_advice
from edge.capture.opencv import as_jpeg, be_quiet, decode_jpeg, retrieve
from edge.capture.pace import Pace
from edge.capture.readers import Captured, LiveReader
from edge.capture.source import SYSTEM_CLOCK, Clock, Size
from edge.capture.standstill import Standstill
from edge.capture.view import View
from edge.contract.errors import SourceError

_log = logging.getLogger(__name__)

DAMAGED_IN_A_ROW = 10
"""Frames of a stream that may be damaged, one after another, before that is taken for its end."""


class Camera(LiveReader):
    """A camera by its number or device path, or a network stream by its URL: a simple reader that blocks.

    A stream may change the size of its pictures under way. With Motion JPEG that shows in the picture itself. With
    H.264 OpenCV does not tell of it: the picture stands still, or changes in its upper part only, until the stream is
    opened again, as it is then.
    """

    def __init__(
        self,
        address: str,
        size: Size | None = None,
        fps: float | None = None,
        *,
        max_fps: float | None = None,
        opening: float = 10.0,
        timeout: float = 10.0,
        view: View | None = None,
        clock: Clock = SYSTEM_CLOCK,
        still: float = 20.0,
    ):
        """Opens a camera or stream.

        Args:
            address: "0", "/dev/video0" or a URL.
            size: width and height to ask a camera for; it may give another. A stream decides for itself.
            fps: frames a second to ask a camera for.
            max_fps: frames a second to take at most; the others are dropped before they are converted.
            opening: seconds that a stream may take to open. Cameras on a cable have the operating system's own limits.
            timeout: seconds to wait for each frame of a stream.
            view: what is done to every frame.
            clock: stamps the frames.
            still: seconds without any change after which a stream is opened again.

        Raises:
            SourceError: it is not there, in use, not permitted, or does not answer.
        """
        super().__init__(description_of(address), view)
        be_quiet()
        self._clock = clock
        self._timeout = timeout
        self._pace = Pace(max_fps)
        self._network = "://" in address
        self._address, self._opening = address, opening
        self._standstill = Standstill(still)
        self._video = self._open()
        self._jpeg = self._network and as_jpeg(self._video)
        if not self._network:
            self._ask_for(size, fps)

    def close(self) -> None:
        """See `Source`."""
        self._video.release()

    def _capture(self) -> Captured:
        while True:  # every frame is grabbed, or the next one taken would be an old one from a buffer
            self._grab()
            time, mono = self._clock.time(), self._clock.mono()  # before decoding, which takes a while
            if self._pace.take(mono):
                image = self._retrieve()
                if image is not None and self._decodes and self._standstill.noticed(image, mono):
                    self._open_again(image.shape)
                    continue
                return Captured(image, time, mono)

    @property
    def _decodes(self) -> bool:
        """Whether OpenCV decodes a stream, so that it may miss a change of size."""
        return self._network and not self._jpeg

    def _open(self) -> cv2.VideoCapture:
        video = (
            _open_stream(self._address, self._opening, self._timeout) if self._network else _open_device(self._address)
        )
        if not video.isOpened():
            video.release()
            raise SourceError(f"{self.description}: cannot be opened; {self._advice(self._address)}")
        return video

    def _open_again(self, shape: tuple[int, ...]) -> None:
        self.before_opening()
        self._video.release()
        self._video = self._open()
        now = [round(self._video.get(what)) for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
        if now != [shape[1], shape[0]]:
            _log.warning("%s: its pictures are now %dx%d instead of %dx%d", self.description, *now, shape[1], shape[0])
        else:
            _log.info("%s: stood still and was opened again", self.description)

    def _grab(self) -> None:
        """Goes to the next frame. Of a stream OpenCV reports damaged ones like the end, so it is asked on."""
        began = self._clock.mono()
        for damaged in range(DAMAGED_IN_A_ROW if self._network else 1):
            if self._video.grab():
                for _ in range(damaged):
                    self._skip("it is damaged")
                return
            if self._clock.mono() - began >= self._timeout / 2:
                break
        raise SourceError(f"{self.description}: gives no frames (any more); {self._hint()}")

    def _retrieve(self) -> NDArray[Any] | None:
        image = retrieve(self._video)
        return image if image is None or not self._jpeg else decode_jpeg(image)

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


def _open_stream(address: str, opening: float, timeout: float) -> cv2.VideoCapture:
    """The limits act only where the FFmpeg backend is named.

    RTSP goes over TCP unless OPENCV_FFMPEG_CAPTURE_OPTIONS asks for something else: over UDP, which OpenCV prefers, a
    lost packet smears the picture, and ports are opened that a firewall would have to let through.
    """
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
    limits = {cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: opening, cv2.CAP_PROP_READ_TIMEOUT_MSEC: timeout}
    milliseconds = [number for what, seconds in limits.items() for number in (what, max(1, round(seconds * 1000)))]
    return cv2.VideoCapture(address, cv2.CAP_FFMPEG, milliseconds)
