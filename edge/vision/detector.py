"""Finds frontal faces with OpenCV's Haar cascade (Viola and Jones, CVPR 2001)."""

import math
from pathlib import Path

import cv2

from edge.contract.errors import ConfigurationError
from edge.contract.paths import is_file, is_nameable
from edge.contract.records import Box, Grey
from edge.vision.reduced import PARTS, Reduced

CASCADE = "haarcascade_frontalface_alt2.xml"
"""OpenCV's tree-based frontal face, by gentle AdaBoost (Lienhart et al., DAGM 2003). At the same cost it finds more
faces and fewer other things than `haarcascade_frontalface_default.xml` does: see `HaarDetector`."""

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

    parts = PARTS
    """How many parts a picture has for a search of one of them."""

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
            search_width: frames wider than this many pixels are searched at this width, and ones more than twice as
                high as wide at no more pixels than one just twice as high. The cascade sees nothing under 20 pixels
                there, whatever `smallest` says.
            threads: for OpenCV, in the whole process.

        Raises:
            ConfigurationError: this OpenCV has no cascades, or the file is missing or broken.
        """
        _check_opencv()
        self._cascade = _load(cascade or find_cascade())
        self._scale_factor = scale_factor
        self._min_neighbors = min_neighbors
        self._smallest = smallest
        self._search_width = search_width
        self._window = max(self._cascade.getOriginalWindowSize())
        cv2.setNumThreads(threads)

    def detect(self, grey: Grey) -> list[Box]:
        """The faces in a picture (uint8, shape (h, w), of any size), largest first, none reaching over its edge."""
        return self.reduce(grey).detect()

    def reduce(self, grey: Grey) -> Reduced:
        """A picture (uint8, shape (h, w), of any size) as it is searched, for several searches of the same."""
        rows, columns = grey.shape
        widest = self._search_width
        scale = min(1.0, widest / max(columns, 1), widest * math.sqrt(2 / max(grey.size, 1)))
        size = round(columns * scale), round(rows * scale)
        small = grey
        if size != (columns, rows) and 0 not in size:
            small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        smallest = max(self._window, round(self._smallest * small.shape[1] / max(columns, 1)))
        return Reduced(self._cascade, self._scale_factor, self._min_neighbors, smallest, small, (rows, columns))


def _check_opencv() -> None:
    if not hasattr(cv2, "CascadeClassifier"):  # OpenCV 5
        raise ConfigurationError(
            f"OpenCV {cv2.__version__} has no Haar cascades; install one that has them: "
            "python -m pip install -r requirements-edge.txt"
        )


def find_cascade() -> Path:
    """OpenCV's own frontal face. Raises ConfigurationError where it came without."""
    own = getattr(getattr(cv2, "data", None), "haarcascades", None)  # Debian's OpenCV has no cv2.data
    folders = [Path(own)] if own else []
    folders.extend(_DEBIAN)
    for folder in folders:
        if is_file(folder / CASCADE, ConfigurationError):
            return folder / CASCADE
    raise ConfigurationError(
        f"{CASCADE} is in none of {', '.join(map(str, folders))}; install it with: sudo apt install opencv-data, "
        "or: python -m pip install --force-reinstall -r requirements-edge.txt"
    )


def _load(path: Path) -> "cv2.CascadeClassifier":  # in quotes: OpenCV 5 has none, as `_check_opencv` says
    if not is_file(path, ConfigurationError):  # OpenCV would print its own line and go on
        raise ConfigurationError(f"{path}: no such cascade file; leave the setting out to use OpenCV's own")
    if not is_nameable(path):
        raise ConfigurationError(f"{path}: OpenCV can only open names that are UTF-8; rename it")
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
