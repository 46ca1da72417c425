"""What recordings and cameras have in common: OpenCV decodes them and should keep quiet."""

import os
from typing import Any

import cv2
from numpy.typing import NDArray

from edge.contract.records import Grey

_JPEG_CODES = (b"MJPG", b"mjpe")
"""What OpenCV calls Motion JPEG; older ones take the first letters of FFmpeg's name for it."""


def retrieve(video: cv2.VideoCapture) -> NDArray[Any] | None:
    """Decodes the grabbed frame: BGR uint8 as a rule, None where it is corrupt."""
    try:
        good, image = video.retrieve()
    except cv2.error:
        return None
    return image if good else None


def as_jpeg(video: cv2.VideoCapture) -> bool:
    """Asks for a network stream's pictures as they are sent, where they are JPEG; whether that is so.

    OpenCV then decodes none that is not wanted. And it would go on giving the last picture of the old size, without
    a word, when the camera changes to another.
    """
    code = (int(video.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF).to_bytes(4, "little")
    return code in _JPEG_CODES and video.set(cv2.CAP_PROP_FORMAT, -1)


def decode_jpeg(data: NDArray[Any]) -> Grey | None:
    """The grey plane of a JPEG picture, uint8 (h, w); None where it is corrupt."""
    try:
        return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)  # type: ignore[return-value]
    except cv2.error:
        return None


def be_quiet() -> None:
    """Keeps OpenCV and FFmpeg from writing to standard error by themselves: our one line says what is wrong.

    FFmpeg's level is read when the first video is opened; -8 is its AV_LOG_QUIET. Whoever sets these variables
    himself gets to see what he asked for.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        names: Any = cv2  # the function moved in 4.13
        (names.setLogLevel if hasattr(cv2, "setLogLevel") else names.utils.logging.setLogLevel)(0)
