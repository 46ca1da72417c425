"""What recordings and cameras have in common: OpenCV decodes them and should keep quiet."""

import os
from typing import Any

import cv2
from numpy.typing import NDArray


def retrieve(video: cv2.VideoCapture) -> NDArray[Any] | None:
    """Decodes the grabbed frame: BGR uint8 as a rule, None where it is corrupt."""
    try:
        good, image = video.retrieve()
    except cv2.error:
        return None
    return image if good else None


def be_quiet() -> None:
    """Keeps OpenCV and FFmpeg from writing to standard error by themselves: our one line says what is wrong.

    FFmpeg's level is read when the first video is opened; -8 is its AV_LOG_QUIET. Whoever sets these variables
    himself gets to see what he asked for.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        names: Any = cv2  # the function moved in 4.13
        (names.setLogLevel if hasattr(cv2, "setLogLevel") else names.utils.logging.setLogLevel)(0)
