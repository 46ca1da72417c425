"""Pictures from files, in the order of their names."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.capture.readers import Captured, RecordedReader
from edge.capture.source import SYSTEM_CLOCK, Clock
from edge.contract.errors import InputError

_log = logging.getLogger(__name__)

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
"""What counts as a picture in a folder; every OpenCV decodes these."""


class Pictures(RecordedReader):
    """Picture files as frames that lie 1/fps seconds apart."""

    def __init__(self, paths: Sequence[Path], description: str, fps: float | None = None, clock: Clock = SYSTEM_CLOCK):
        """Opens the first picture that can be read.

        Args:
            paths: of the files, in order.
            description: for messages.
            fps: pictures a second on the frames' time scale; None is 1. Nothing waits: they are read as fast as asked.
            clock: gives the time of the first picture.

        Raises:
            InputError: none of the pictures can be read.
        """
        super().__init__(description)
        self._paths = iter(paths)
        self._alone = len(paths) == 1
        self._period = 1.0 / (fps or 1.0)
        self._time, self._mono = clock.time(), clock.mono()
        if not self._begin():
            raise InputError(f"{description}: no picture can be read ({self.skipped} tried)")

    def close(self) -> None:
        """See `Source`."""
        super().close()
        self._paths = iter(())

    def _capture(self) -> Captured | None:
        for path in self._paths:
            position = self._index * self._period
            try:
                return Captured(read_picture(path), self._time + position, self._mono + position)
            except InputError as error:
                if self._alone:
                    raise  # it says already all that there is to say
                self.skipped += 1
                _log.warning("%s; it is left out", error)
        return None


def open_folder(folder: Path, fps: float | None = None, clock: Clock = SYSTEM_CLOCK) -> Pictures:
    """The pictures that lie directly in a folder, by name.

    Raises:
        InputError: the folder cannot be read, or holds no readable picture.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if is_picture(path))
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})") from None
    if not paths:
        raise InputError(f"{folder}: holds no pictures ({' '.join(SUFFIXES)})")
    return Pictures(paths, str(folder), fps, clock)


def is_picture(path: Path) -> bool:
    """Whether a file's name says that it is a picture; names with a dot in front are hidden files."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def read_picture(path: Path) -> NDArray[Any]:
    """Decodes a picture file.

    Returns:
        uint8 or uint16, grey (h, w) or BGR (h, w, 3), turned upright as the camera noted it (EXIF); transparency is
        left out.

    Raises:
        InputError: the file cannot be read or is not a picture.
    """
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    return decode_picture(data, str(path))


def decode_picture(data: NDArray[np.uint8], where: str) -> NDArray[Any]:
    """Decodes the bytes of a picture file, see `read_picture`; `where` names them in errors."""
    # Not IMREAD_UNCHANGED: that one ignores EXIF, and a telephone's photos would lie on their side.
    try:
        image = cv2.imdecode(data, cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH) if data.size else None
    except cv2.error:  # such as a picture beyond OpenCV's limit of pixels
        image = None
    if image is None:
        raise InputError(f"{where}: not a picture that can be read")
    return image
