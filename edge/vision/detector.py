"""Finds frontal faces with OpenCV's Haar cascade (Viola and Jones, CVPR 2001)."""

import math
from pathlib import Path

import cv2

from edge.contract.errors import ConfigurationError
from edge.contract.records import Box, Grey

CASCADE = "haarcascade_frontalface_alt2.xml"
"""OpenCV's tree-based frontal face, by gentle AdaBoost (Lienhart et al., DAGM 2003). At the same cost it finds more
faces and fewer other things than `haarcascade_frontalface_default.xml` does: see `HaarDetector`."""

_REACH = 1.0
"""How far around its centre a known face is looked for, in sides of it."""

_STEPS = 1.5
"""Steps from one searched size to the next that a known face may have grown or shrunk by."""

_DEBIAN = (Path("/usr/share/opencv4/haarcascades"), Path("/usr/share/opencv/haarcascades"))


class HaarDetector:
    """Searches a reduced copy of the frame, so that a large frame costs no more than a small one.

    The defaults were chosen by measurement, on frames of 640x480: 600 PublicTest faces of FER2013 laid into blurred
    photographs, and 265 photographs of BSDS500 without people. Found, of faces with a side of 60, 80, 100 and 140
    pixels; and other windows a frame, which are left to the gate:

        alt2,    scale_factor 1.2, min_neighbors 2: 30, 69, 82, 78 %; 0.02
        alt2,    scale_factor 1.2, min_neighbors 3: 21, 66, 79, 72 %; 0.01
        default, scale_factor 1.2, min_neighbors 2:  9, 52, 78, 73 %; 0.07
        default, scale_factor 1.1, min_neighbors 3: 26, 53, 74, 75 %; 0.11, at twice the time

    These were searched from a side of 60 pixels on. A face shows at several of the searched sizes, also smaller ones,
    so that `smallest` 48 finds more: of 300 other faces with sides of 60, 66, 72 and 80 pixels 57, 65, 70 and 77 %
    instead of 32, 53, 63 and 73 %, with as few other windows, looking at half as many places more.

    FER2013 has many turned and covered faces, which a frontal cascade misses. The box of alt2 is in the median 0.96
    of FER2013's crop (quartiles 0.90 and 1.03) and centred on it.
    """

    def __init__(
        self,
        cascade: Path | None = None,
        scale_factor: float = 1.2,
        min_neighbors: int = 2,
        smallest: int = 48,
        search_width: int = 320,
        threads: int = 1,
    ):
        """Loads the cascade.

        Args:
            cascade: an XML file; None looks for OpenCV's own frontal face, in its wheel and where Debian has it.
            scale_factor: ratio of one searched size to the next, over 1.
            min_neighbors: overlapping hits that make a face.
            smallest: side of the smallest window to look at, in pixels of the frame: four fifths of the smallest face.
            search_width: frames wider than this many pixels are searched at this width. The cascade sees nothing
                under 20 pixels there, whatever `smallest` says.
            threads: for OpenCV, in the whole process.

        Raises:
            ConfigurationError: this OpenCV has no cascades, or the file is missing or broken.
        """
        _check_opencv()
        self._cascade = _load(cascade or _find())
        self._scale_factor = scale_factor
        self._min_neighbors = min_neighbors
        self._smallest = smallest
        self._search_width = search_width
        self._window = max(self._cascade.getOriginalWindowSize())
        cv2.setNumThreads(threads)

    def detect(self, grey: Grey) -> list[Box]:
        """The faces in a picture, largest first, none reaching over its edge.

        Args:
            grey: uint8, shape (h, w), of any size.
        """
        return self._search(grey, Box(0, 0, *self._reduced(grey)), 0.0, math.inf)

    def detect_near(self, grey: Grey, box: Box) -> list[Box]:
        """The faces around a place where one was, of about its size; otherwise as `detect`.

        What is searched is a part of the same reduced picture, at the three nearest of the same sizes, so that the
        boxes of both searches agree: on the demo clip their overlap (intersection over union) is 0.93 in the median,
        as it is from one frame to the next, and the sides differ by 1.5 % in the mean. It takes a fifteenth of the
        time. A face may have moved by half its side.

        Args:
            grey: uint8, shape (h, w), of any size.
            box: where a face was, in pixels of `grey`.
        """
        columns, rows = self._reduced(grey)
        across, down = columns / grey.shape[1], rows / grey.shape[0]
        side = math.sqrt(box.area * across * down)
        centre = (box.x + box.width / 2) * across, (box.y + box.height / 2) * down
        left, top = (max(0, math.floor(value - _REACH * side)) for value in centre)
        right, bottom = (
            min(end, math.ceil(value + _REACH * side)) for value, end in zip(centre, (columns, rows), strict=True)
        )
        steps = self._scale_factor**_STEPS
        return self._search(grey, Box(left, top, right - left, bottom - top), side / steps, side * steps)

    def _reduced(self, grey: Grey) -> tuple[int, int]:
        """Width and height of the picture as it is searched."""
        rows, columns = grey.shape
        scale = min(1.0, self._search_width / max(columns, 1))
        return round(columns * scale), round(rows * scale)

    def _search(self, grey: Grey, region: Box, smallest: float, largest: float) -> list[Box]:
        """Searches a region of the reduced picture for sides between two sizes, all in pixels of that picture."""
        scale = min(1.0, self._search_width / max(grey.shape[1], 1))
        low = max(self._window, round(self._smallest * scale), round(smallest))
        high = math.floor(min(region.width, region.height, largest))
        if high < low:
            return []
        columns, rows = self._reduced(grey)
        across, down = grey.shape[1] / columns, grey.shape[0] / rows
        found = self._cascade.detectMultiScale(
            _cut(grey, region, across, down),
            scaleFactor=self._scale_factor,
            minNeighbors=self._min_neighbors,
            minSize=(low, low),
            maxSize=(high, high),
        )
        boxes = [_enlarge(region.x + x, region.y + y, width, height, across, down) for x, y, width, height in found]
        return sorted(boxes, key=lambda box: (-box.area, box.x, box.y))


def _cut(grey: Grey, region: Box, across: float, down: float) -> Grey:
    """A region of the reduced picture, made from the part of the frame that it shows."""
    part = _enlarge(region.x, region.y, region.width, region.height, across, down)
    piece = grey[part.y : part.y + part.height, part.x : part.x + part.width]
    size = region.width, region.height
    return piece if piece.shape == size[::-1] else cv2.resize(piece, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _enlarge(x: int, y: int, width: int, height: int, across: float, down: float) -> Box:
    """A window of the reduced picture in pixels of the frame. Edges are rounded, so that none leaves the frame."""
    left, top = round(x * across), round(y * down)
    return Box(left, top, round((x + width) * across) - left, round((y + height) * down) - top)


def _check_opencv() -> None:
    if not hasattr(cv2, "CascadeClassifier"):  # OpenCV 5
        raise ConfigurationError(
            f"OpenCV {cv2.__version__} has no Haar cascades; install one that has them: "
            "python -m pip install -r requirements-edge.txt"
        )


def _find() -> Path:
    own = getattr(getattr(cv2, "data", None), "haarcascades", None)  # Debian's OpenCV has no cv2.data
    folders = [Path(own)] if own else []
    folders.extend(_DEBIAN)
    for folder in folders:
        if (folder / CASCADE).is_file():
            return folder / CASCADE
    raise ConfigurationError(
        f"{CASCADE} is in none of {', '.join(map(str, folders))}; install it with: sudo apt install opencv-data, "
        "or: python -m pip install --force-reinstall -r requirements-edge.txt"
    )


def _load(path: Path) -> cv2.CascadeClassifier:
    if not path.is_file():  # OpenCV would print its own line and go on
        raise ConfigurationError(f"{path}: no such cascade file; leave the setting out to use OpenCV's own")
    try:
        cascade = cv2.CascadeClassifier(str(path))
    except (cv2.error, SystemError):  # the constructor leaves its error to Python as a SystemError
        cascade = None
    if cascade is None or cascade.empty():
        raise ConfigurationError(
            f"{path}: not a Haar cascade, or a broken one; install it again with: "
            "python -m pip install --force-reinstall -r requirements-edge.txt, or: sudo apt reinstall opencv-data"
        )
    return cascade
