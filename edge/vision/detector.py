"""Finds frontal faces with OpenCV's Haar cascade (Viola and Jones, CVPR 2001)."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2

from edge.contract.errors import ConfigurationError
from edge.contract.paths import is_file, is_nameable
from edge.contract.records import Box, Grey
from edge.vision.pyramid import Hit, Pyramid

CASCADE = "haarcascade_frontalface_alt2.xml"
"""OpenCV's tree-based frontal face, by gentle AdaBoost (Lienhart et al., DAGM 2003). At the same cost it finds more
faces and fewer other things than `haarcascade_frontalface_default.xml` does: see `HaarDetector`."""

_STEPS = 2.0
"""Steps from one searched size to the next by which windows on a known face may differ from it: four or five
sizes. With 1.5 it takes a tenth less time, but one box of four is the same, for lack of hits to average."""

_SPREAD = 0.2
"""By what share of their sides hits may differ and still be one face: what `detectMultiScale` takes."""

_APART = 0.12
"""How far from the middle of a face its hits may lie, in their sides: 0.05 was enough for all of 87 faces that lay on
the border of two halves."""

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

    parts = 2
    """How many parts a picture has for `detect_part`, one below the other."""

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
        """The faces in a picture, largest first, none reaching over its edge.

        Args:
            grey: uint8, shape (h, w), of any size.
        """
        small = self._reduce(grey)
        low, high = self._least(small, grey), min(small.shape)
        if low > high:  # which OpenCV would take for no bound at all
            return []
        found = self._cascade.detectMultiScale(
            small,
            scaleFactor=self._scale_factor,
            minNeighbors=self._min_neighbors,
            minSize=(low, low),
            maxSize=(high, high),
        )
        return _boxes(found, small, grey)

    def detect_part(self, grey: Grey, part: int) -> list[Box]:
        """The faces in the upper half (part 0) or in the lower half (part 1) of the picture, largest first.

        A face is in the half that has its middle, and has the very box that `detect` gives it: also the windows that
        reach over from the other half are looked at. One near the border may be found in both, where its box may be
        a little off in the other.

        Args:
            grey: uint8, shape (h, w), of any size.
            part: 0 or 1.
        """
        small = self._reduce(grey)
        rows, columns = small.shape
        pyramid = Pyramid(self._cascade, self._scale_factor, small)
        down = rows * part / self.parts, rows * (part + 1) / self.parts
        hits = pyramid.hits((0, columns), down, self._least(small, grey), min(small.shape), _APART)
        return self._group(hits, small, grey)

    def part_of(self, grey: Grey, box: Box) -> int:
        """In which part a face with this box is looked for."""
        middle = (box.y + box.height / 2) / max(grey.shape[0], 1)
        return min(max(int(middle * self.parts), 0), self.parts - 1)

    def detect_near(self, grey: Grey, places: Iterable[tuple[Box, float]]) -> Iterator[list[Box]]:
        """The faces around each place where one was, of about its size; each otherwise as `detect`.

        What is searched is a part of what `detect` searches, with the same hits, so that both give the same boxes: on
        the demo clip three of four to the pixel, and 93 of 100 with an overlap (intersection over union) over 0.94. It
        takes a fourteenth of the time. A face may have grown or shrunk by a third.

        Args:
            grey: uint8, shape (h, w), of any size.
            places: where faces were, in pixels of `grey`, and how far they may have moved since, across and down, in
                their sides. They are searched when their turn comes.
        """
        small = self._reduce(grey)
        across, down = small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0]
        pyramid = Pyramid(self._cascade, self._scale_factor, small)
        steps = self._scale_factor**_STEPS
        for box, reach in places:
            side = math.sqrt(box.area * across * down)
            x, y = (box.x + box.width / 2) * across, (box.y + box.height / 2) * down
            far = reach * side
            low = max(self._least(small, grey), side / steps)
            hits = pyramid.hits((x - far, x + far), (y - far, y + far), low, side * steps)
            yield self._group(hits, small, grey)

    def outline(self, grey: Grey) -> Grey:
        """The picture so small that the smallest face is three pixels wide: whatever could become a face shows in it.

        Each pixel is the mean of 256 of a frame of 640x480, so that noise hardly does.

        Args:
            grey: uint8, shape (h, w), of any size.

        Returns:
            uint8, 40x30 of such a frame; at least 1x1 of any that is not empty.
        """
        small = self._reduce(grey)
        if small.size == 0:
            return small
        rows, columns = small.shape
        cell = self._least(small, grey) / 3
        size = max(1, round(columns / cell)), max(1, round(rows / cell))
        return cv2.resize(small, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

    def _group(self, hits: Iterable[Hit], small: Grey, grey: Grey) -> list[Box]:
        """The faces that hits in the reduced picture make, as `detectMultiScale` has them."""
        windows = list(hits)
        if not windows:
            return []
        return _boxes(cv2.groupRectangles(windows, self._min_neighbors, _SPREAD)[0], small, grey)

    def _reduce(self, grey: Grey) -> Grey:
        """The picture as it is searched."""
        rows, columns = grey.shape
        widest = self._search_width
        scale = min(1.0, widest / max(columns, 1), widest * math.sqrt(2 / max(grey.size, 1)))
        size = round(columns * scale), round(rows * scale)
        if size == (columns, rows) or 0 in size:
            return grey
        return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

    def _least(self, small: Grey, grey: Grey) -> int:
        """Side of the smallest window, in pixels of the reduced picture."""
        return max(self._window, round(self._smallest * small.shape[1] / max(grey.shape[1], 1)))


def _boxes(found: Iterable[Sequence[int]], small: Grey, grey: Grey) -> list[Box]:
    """Windows of the reduced picture in pixels of the frame, largest first."""
    across, down = grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0]
    boxes = [
        # Rounding may have put an edge a pixel outside; OpenCV cuts that off too.
        _enlarge(x, y, min(width, small.shape[1] - x), min(height, small.shape[0] - y), across, down)
        for x, y, width, height in found
    ]
    return sorted(boxes, key=lambda box: (-box.area, box.x, box.y))


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
