"""Windows of photographed scenes that show no face: what a face detector gets wrong, for the gate to learn."""

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from edge.contract.errors import InputError
from edge.contract.pictures import decode
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box, Grey
from train.datasets.packed import UNREADABLE, is_litter, reason

_SMALLEST = 28
"""Side of the smallest random window in pixels: the smallest that the detector reports."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window that the Haar cascade returned on a scene, judged by eye: face, other or unsure."""

    image: str
    box: Box
    label: str


def load_windows(path: Path, split: str) -> list[Window]:
    """Reads `split,image,x,y,width,height,label` and keeps one split ("train" or "val")."""
    try:
        with path.open(newline="") as file:
            return [
                Window(row["image"], Box(*(int(row[key]) for key in ("x", "y", "width", "height"))), row["label"])
                for row in csv.DictReader(file)
                if row["split"] == split
            ]
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: not a list of windows ({error!r})") from None


def load_scenes(path: Path, split: str) -> dict[str, Grey]:
    """The grey pictures of one split of an archive of scenes: file name to uint8 (h, w)."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in sorted(archive.namelist()) if _is_scene(name, split)]
            scenes = {PurePosixPath(name).name: decode(archive.read(name), f"{path}: {name}") for name in names}
    except UNREADABLE as error:
        raise InputError(f"{path}: cannot be read as a .zip ({reason(error)})") from None
    if not scenes:
        raise InputError(f"{path}: no {split}/*.jpg inside")
    return scenes


def _is_scene(name: str, split: str) -> bool:
    return f"{split}/" in name and name.endswith(".jpg") and not is_litter(name)


def windows_without_faces(
    scenes: dict[str, Grey], windows: list[Window], size: tuple[int, int], per_scene: int, rng: np.random.Generator
) -> np.ndarray:
    """The cascade's false windows, and random square ones that touch none judged "face" or "unsure".

    Returns:
        uint8, (N, *size).

    Raises:
        InputError: a window lies on none of the scenes, or outside its own.
    """
    unknown = sorted({window.image for window in windows} - scenes.keys())
    if unknown:
        raise InputError(f"windows of a scene that is not there: {unknown[0]}")
    crops = [face_crop(scenes[window.image], window.box, size) for window in windows if window.label == "other"]
    for name, scene in scenes.items():
        avoid = [window.box for window in windows if window.image == name and window.label != "other"]
        for _ in range(per_scene):
            box = _random_window(scene.shape, rng)
            if all(box.iou(face) == 0 for face in avoid):
                crops.append(face_crop(scene, box, size))
    return np.stack(crops)


def _random_window(shape: tuple[int, ...], rng: np.random.Generator) -> Box:
    height, width = shape
    # Log-uniform sides: as many windows between 28 and 56 pixels as between 56 and 112.
    largest = min(height, width)
    side = int(np.exp(rng.uniform(np.log(min(_SMALLEST, largest)), np.log(largest))))
    return Box(int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1)), side, side)
