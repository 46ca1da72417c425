"""Picture files as the edge, its tools and the data sets read them."""

from pathlib import Path, PurePath

import cv2
import numpy as np

from edge.contract.errors import InputError
from edge.contract.preprocessing import to_grey
from edge.contract.records import Grey

SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
"""What counts as a picture in a folder; every OpenCV decodes these."""

PNG = b"\x89PNG\r\n\x1a\n"
"""How such a file begins."""


def is_picture(path: PurePath) -> bool:
    """Whether a file's name says that it is a picture; names with a dot in front are hidden files."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def read_picture(path: Path) -> Grey:
    """A picture file as grey uint8 (h, w); otherwise as `decode`.

    Raises:
        InputError: the file cannot be read, or is no picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    return decode(data, str(path))


def decode(data: bytes, where: str) -> Grey:
    """A picture file's bytes as grey uint8 (h, w), of JPEG and PNG turned upright where EXIF data say how.

    WebP files, which telephones do not write, OpenCV 4.11 leaves as they lie and 4.14 turns.

    Args:
        data: what the file holds.
        where: names it in errors.

    Raises:
        InputError: the bytes are no picture that OpenCV can read.
    """
    # Not IMREAD_UNCHANGED: that one ignores EXIF, and a telephone's photos would lie on their side.
    flags = cv2.IMREAD_ANYCOLOR
    if not data.startswith(PNG):  # of which OpenCV takes the upper eight bits as `to_grey` does, in less memory
        flags |= cv2.IMREAD_ANYDEPTH
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
        if image is None:
            raise InputError("not a picture that can be read")
        return to_grey(image)
    except cv2.error:  # such as a picture beyond OpenCV's limit of pixels
        raise InputError(f"{where}: not a picture that can be read") from None
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
