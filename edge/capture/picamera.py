"""A Raspberry Pi's own camera, through picamera2 (libcamera).

The frames are taken as YUV420, whose first plane already is the grey picture, so no colour is ever converted.
"""

import contextlib
import logging
import os
from collections.abc import Callable
from time import sleep
from typing import Any

from edge.capture.pace import Pace
from edge.capture.readers import Captured, LiveReader
from edge.capture.source import SYSTEM_CLOCK, Clock, Size
from edge.capture.view import View
from edge.contract.errors import SourceError
from edge.contract.records import Grey

DEFAULT_SIZE: Size = (640, 480)


class PiCamera(LiveReader):
    """The first camera that libcamera finds."""

    def __init__(
        self,
        size: Size | None = None,
        fps: float | None = None,
        *,
        max_fps: float | None = None,
        buffers: int = 4,
        timeout: float = 5.0,
        view: View | None = None,
        clock: Clock = SYSTEM_CLOCK,
        sleep: Callable[[float], None] = sleep,
    ):
        """Opens and starts the camera.

        Args:
            size: width and height of the frames; odd numbers are rounded down by picamera2.
            fps: frames a second; None is picamera2's own 30.
            max_fps: frames a second to take at most. The camera's own rate is left alone, because a slower sensor
                exposes for longer, which blurs moving faces.
            buffers: frames that libcamera keeps at once, at least 2. At 640x480 one takes 2.3 MB, and as much
                again or more for the sensor's own picture (imx219: 2.6 MB).
            timeout: seconds to wait for a frame. picamera2 heeds it from 0.3.21 on; an older one
                waits for ever where the cable has come loose, and so may stopping the camera.
            view: what is done to every frame.
            clock: stamps the frames.
            sleep: waits for so many seconds.

        Raises:
            SourceError: picamera2 is not installed, there is no camera, or it is in use.
        """
        super().__init__("picamera", view)
        self._timeout = timeout
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(max_fps)
        self._camera = _open()
        try:
            self._size = _start(self._camera, size or DEFAULT_SIZE, fps, buffers)
        except Exception as error:  # picamera2 and libcamera raise whatever they like
            self.close()
            raise SourceError(f"picamera: cannot be started ({_line(error)}); try another size or rate") from None

    def close(self) -> None:
        """See `Source`."""
        with contextlib.suppress(Exception):  # nothing can be done about a camera that will not close
            self._camera.close()

    def _capture(self) -> Captured:
        """The Y plane: the first `height` rows, whose ends are padding up to the stride."""
        width, height = self._size
        self._rest()
        planes = self._planes()
        whole = planes.ndim == 2 and planes.shape[0] >= height and planes.shape[1] >= width
        return Captured(planes[:height, :width] if whole else None, self._clock.time(), self._clock.mono())

    def _rest(self) -> None:
        """Waits until a frame is due: frames that nobody asks for cost nothing, picamera2 recycles their buffers."""
        self._sleep(self._pace.wait(self._clock.mono()))
        self._pace.take(self._clock.mono())

    def _planes(self) -> Grey:
        """Y, U and V below each other: uint8, (height * 3 / 2, stride)."""
        try:
            planes: Grey = self._camera.capture_array("lores", wait=self._timeout)
        except TimeoutError:
            self._forget_jobs()
            raise SourceError(
                f"picamera: no frame within {self._timeout:g} s; check the ribbon cable, then restart the machine"
            ) from None
        except Exception as error:
            raise SourceError(f"picamera: gives no frames any more ({_line(error)})") from None
        return planes

    def _forget_jobs(self) -> None:
        """Drops the request that was waited for, or closing would queue up behind it."""
        with contextlib.suppress(Exception):
            self._camera.cancel_all_and_flush()


def _open() -> Any:
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:ERROR")
    logging.getLogger("picamera2").setLevel(logging.CRITICAL)  # what it reports is raised as well
    try:
        from picamera2 import Picamera2
    except Exception as error:  # ImportError without it, ValueError where its parts were built for another numpy
        raise SourceError(
            f"picamera: picamera2 cannot be imported ({_line(error)}); on Raspberry Pi OS: sudo apt install "
            "python3-picamera2, and make the virtual environment with --system-site-packages (numpy<2 on Bookworm)"
        ) from None
    try:
        return Picamera2()
    except Exception as error:  # IndexError or RuntimeError, depending on its version
        raise SourceError(
            f"picamera: no camera to be had ({_line(error)}); see: rpicam-hello --list-cameras, and whether another "
            "program uses it; a USB camera is --source 0"
        ) from None


def _start(camera: Any, size: Size, fps: float | None, buffers: int) -> Size:
    """Configures and starts the camera; gives the size that the frames really have.

    The main stream is not read. It is twice as large because libcamera picks the sensor's mode by it, and small modes
    of some sensors see only the middle of the picture; and it has the same shape, or `lores` would be squeezed.
    """
    rate = {} if fps is None else {"FrameDurationLimits": (round(1e6 / fps), round(1e6 / fps))}
    configuration = camera.create_video_configuration(
        main={"size": (2 * size[0], 2 * size[1]), "format": "YUV420"},
        lores={"size": size, "format": "YUV420"},
        controls=rate,
        buffer_count=buffers,
        display=None,
        encode=None,
    )
    camera.configure(configuration)
    camera.start()
    width, height = camera.camera_configuration()["lores"]["size"]
    return width, height


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
