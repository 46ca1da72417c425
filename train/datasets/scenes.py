"""Windows of photographed scenes: what a face detector gets right and wrong there, for the gate to learn."""

import csv
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np

from edge.contract.errors import InputError
from edge.contract.pictures import decode
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box, Grey
from edge.vision.detector import HaarDetector
from train.datasets.packed import UNREADABLE, is_litter, reason

_SMALLEST = 28
"""Side of the smallest random window in pixels: the smallest that the detector reports."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window that the Haar cascade returned on a scene, judged by eye: face, other or unsure."""

    image: str
    box: Box
    label: str


@dataclass(frozen=True, slots=True)
class Fold:
    """One of `of` parts of the scenes, told by their names alone; `number` counts from 0."""

    number: int
    of: int

    def __contains__(self, image: str) -> bool:
        return zlib.crc32(image.encode()) % self.of == self.number


def load_windows(path: Path, split: str) -> list[Window]:
    """Reads `split,image,x,y,width,height,label` and keeps one split ("train", "val", or "" for both)."""
    try:
        with path.open(newline="") as file:
            return [
                Window(row["image"], Box(*(int(row[key]) for key in ("x", "y", "width", "height"))), row["label"])
                for row in csv.DictReader(file)
                if split in ("", row["split"])
            ]
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: not a list of windows ({error!r})") from None


def load_scenes(path: Path, split: str) -> dict[str, Grey]:
    """The grey pictures of one split of an archive of scenes ("" for all): file name to uint8 (h, w)."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in sorted(archive.namelist()) if _is_scene(name, split)]
            scenes = {PurePosixPath(name).name: decode(archive.read(name), f"{path}: {name}") for name in names}
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as a .zip ({reason(error)})") from None
    if not scenes:
        raise InputError(f"{path}: no {split or 'train'}/*.jpg inside")
    return scenes


def _is_scene(name: str, split: str) -> bool:
    folders = (f"{split}/",) if split else ("train/", "val/")
    return any(folder in name for folder in folders) and name.endswith(".jpg") and not is_litter(name)


def windows_without_faces(
    scenes: dict[str, Grey],
    windows: list[Window],
    size: tuple[int, int],
    per_scene: int,
    rng: np.random.Generator,
    copies: int = 0,
) -> np.ndarray:
    """The windows judged "other", more of what a lax cascade returns, and random ones of all sizes.

    None touches a window judged "face" or "unsure". A scene with such a window gives no lax ones: the cascade may
    have found people there whom nobody judged.

    Args:
        scenes: file name to grey picture.
        windows: the judged ones, all on these scenes.
        size: height and width of what is returned.
        per_scene: random windows a scene, and as many lax ones at most.
        rng: decides which.
        copies: of each judged and lax window, moved and sized as detectors differ.

    Returns:
        uint8, (N, *size).

    Raises:
        InputError: a window lies on none of the scenes, or outside its own.
    """
    _check_known(scenes, windows)
    hard = {name: [one.box for one in windows if one.image == name and one.label == "other"] for name in scenes}
    lax = _lax_detector()
    crops = []
    for name, scene in scenes.items():
        avoid = [window.box for window in windows if window.image == name and window.label != "other"]
        if not avoid:
            found = lax.detect(scene)
            hard[name] += [found[index] for index in rng.permutation(len(found))[:per_scene]]
        boxes = [copy for box in hard[name] for copy in (box, *(_shaken(box, rng) for _ in range(copies)))]
        boxes += [_random_window(scene.shape, rng) for _ in range(per_scene)]
        crops += [face_crop(scene, box, size) for box in boxes if all(box.iou(face) == 0 for face in avoid)]
    return np.stack(crops) if crops else np.empty((0, *size), np.uint8)


def windows_with_faces(
    scenes: dict[str, Grey], windows: list[Window], size: tuple[int, int], copies: int, rng: np.random.Generator
) -> np.ndarray:
    """The windows judged "face", and `copies` of each moved and sized as detectors differ: uint8, (N, *size)."""
    _check_known(scenes, windows)
    crops = []
    for window in windows:
        if window.label == "face":
            boxes = [window.box, *(_shaken(window.box, rng) for _ in range(copies))]
            crops += [face_crop(scenes[window.image], box, size) for box in boxes]
    return np.stack(crops) if crops else np.empty((0, *size), np.uint8)


def _lax_detector() -> HaarDetector:
    """Returns every hit of OpenCV's older frontal-face cascade, which takes more other things for faces than the one
    that is deployed: some ten times as many windows."""
    cascade = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
    return HaarDetector(cascade, scale_factor=1.1, min_neighbors=0, smallest=_SMALLEST, search_width=640)


def _check_known(scenes: dict[str, Grey], windows: list[Window]) -> None:
    unknown = sorted({window.image for window in windows} - scenes.keys())
    if unknown:
        raise InputError(f"windows of a scene that is not there: {unknown[0]}")


def _shaken(box: Box, rng: np.random.Generator) -> Box:
    side = max(1, round(box.width * rng.uniform(0.85, 1.2)))
    middle = box.x + box.width / 2, box.y + box.height / 2
    left, top = (round(place + rng.uniform(-0.08, 0.08) * box.width - side / 2) for place in middle)
    return Box(left, top, side, side)


def _random_window(shape: tuple[int, ...], rng: np.random.Generator) -> Box:
    height, width = shape
    # Log-uniform sides: as many windows between 28 and 56 pixels as between 56 and 112.
    largest = min(height, width)
    side = int(np.exp(rng.uniform(np.log(min(_SMALLEST, largest)), np.log(largest))))
    return Box(int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1)), side, side)
