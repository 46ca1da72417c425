"""From a folder of data to the three splits that a task is trained, chosen and measured on."""

import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS, GATE, SYNONYMS, emotion_of
from train.datasets.examples import Examples, Splits, join, stratified
from train.datasets.fer2013 import SIDE, load_fer2013
from train.datasets.folders import class_folders, load_divided, load_folders
from train.datasets.labels import HUMANS
from train.datasets.packed import UNREADABLE, csv_names, reason
from train.datasets.scenes import Fold, load_scenes, load_windows, windows_with_faces, windows_without_faces
from train.datasets.textures import textures

SIZE = (SIDE, SIDE)
"""Height and width that every task is trained on, in pixels."""

LABELS = {"emotion": EMOTIONS, "gate": GATE}
"""Each task's labels in output order."""

_COARSE = 30
"""Side of the "natural images" thumbnails in pixels. Faces are brought down to it where the gate is measured, or
sharpness alone would tell the two apart."""

_WINDOWS_PER_SCENE = 25
_COPIES = 8
"""Of each window that the detector takes for a face, rightly or wrongly."""
_REPEATS = 3
"""How often the pictures of other things are listed among the others, or 14,000 windows of scenes would leave 4,000 of
them, which have more kinds, only each fifth place."""
TEXTURES = 1200
"""How many made pictures of nothing the gate learns from."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the parts of a data folder lie; None for what is not there."""

    faces: Path | None = None
    votes: Path | None = None
    others: Path | None = None
    scenes: Path | None = None
    windows: Path | None = None
    folders: Path | None = None


def locate(data: Path) -> Sources:
    """Finds the known data sets in a folder, or takes a single CSV, folder or .zip of classes.

    Raises:
        InputError: there is nothing at `data`.
    """
    if not data.exists():
        raise InputError(f"{data}: no such file or folder (set EMOTION_EDGE_DATA or give --data)")
    if data.is_file():
        return Sources(faces=data) if _holds_csv(data) else Sources(folders=data)

    def first(*patterns: str) -> Path | None:
        return next((path for pattern in patterns for path in sorted(data.glob(pattern))), None)

    faces = first("fer2013.csv", "fer2013.csv.*", "fer2013.zip", "fer2013.tar.gz", "icml_face_data.csv*")
    return Sources(
        faces=faces,
        votes=first("ferplus*.csv", "fer2013new.csv"),
        others=first("natural_images*", "others*"),
        scenes=first("bsds500*.zip"),
        windows=first("bsds500*windows.csv"),
        folders=None if faces else data,
    )


def _holds_csv(file: Path) -> bool:
    """Whether a file is a table, or packs one, rather than a .zip of pictures."""
    if file.suffix.lower() != ".zip":
        return True
    try:
        with zipfile.ZipFile(file) as archive:
            return bool(csv_names(archive))
    except UNREADABLE as error:
        raise InputError(f"{file}: cannot be read as a .zip ({reason(error)})") from None


def load(task: str, data: Path, seed: int, left_out: Fold | None = None, dropped: Collection[str] = ()) -> Splits:
    """The splits of a task.

    Args:
        task: one of `LABELS`.
        data: a folder of data sets, or a single file or folder.
        seed: decides where the data set itself does not divide.
        left_out: for the gate, the scenes to keep out of training, out of those of both splits; None trains on the
            scenes of the split "train".
        dropped: labels of emotions of which there need be no pictures.

    Raises:
        InputError: something is missing or unreadable, or there is too little to divide.
    """
    sources = locate(data)
    splits = _load_emotion(sources, seed, dropped) if task == "emotion" else _load_gate(sources, seed, left_out)
    for name, examples in zip(splits.names, (splits.train, splits.validation, splits.test), strict=True):
        if not len(examples):
            raise InputError(
                f"{data}: no pictures for the split {name}; each class needs at least three different ones"
            )
    return splits


def _load_emotion(sources: Sources, seed: int, dropped: Collection[str]) -> Splits:
    if sources.faces:
        return load_fer2013(sources.faces, sources.votes)
    assert sources.folders is not None
    found = class_folders(sources.folders, {*EMOTIONS, *SYNONYMS})
    classes = {name: EMOTIONS.index(label) for name in found if (label := emotion_of(name))}
    missing = [label for index, label in enumerate(EMOTIONS) if index not in classes.values() and label not in dropped]
    if missing:
        raise InputError(f"{sources.folders}: no class folder for {', '.join(missing)}")
    spared = [name for name, index in classes.items() if EMOTIONS[index] in dropped]
    return load_divided(sources.folders, classes, SIZE, seed, spared)


def _load_gate(sources: Sources, seed: int, left_out: Fold | None) -> Splits:
    if sources.folders:
        found = class_folders(sources.folders, HUMANS)
        classes = {name: int(name in HUMANS) for name in found}
        if set(classes.values()) != {0, 1}:
            names = ", ".join(found)
            raise InputError(f"{sources.folders}: needs a folder human and at least one other; found {names!r:.200}")
        return load_divided(sources.folders, classes, SIZE, seed)
    assert sources.faces is not None
    if sources.others is None:
        wanted = "natural_images*.zip or a folder others/"
        raise InputError(f"{sources.faces.parent}: the gate needs pictures of other things: {wanted}")
    kinds = {name: index for index, name in enumerate(class_folders(sources.others, HUMANS)) if name not in HUMANS}
    if not kinds:
        raise InputError(f"{sources.others}: no pictures of other things than people")
    faces = load_fer2013(sources.faces, sources.votes)
    others = stratified(load_folders(sources.others, kinds, SIZE), seed, validation=0.1, test=0.2)
    things = _labelled(others.train.pixels, 0)
    extra = _scene_windows(sources, seed, left_out)
    return Splits(
        join(_labelled(faces.train.pixels, 1), *_REPEATS * [things], *extra, _textures(seed)),
        join(_labelled(_coarse(faces.validation.pixels), 1), _labelled(others.validation.pixels, 0)),
        join(_labelled(_coarse(faces.test.pixels), 1), _labelled(others.test.pixels, 0)),
        names=(
            f"{faces.names[0]} and others",
            f"{faces.names[1]} at {_COARSE} px and held-out others",
            f"{faces.names[2]} at {_COARSE} px and held-out others",
        ),
    )


def _scene_windows(sources: Sources, seed: int, left_out: Fold | None) -> list[Examples]:
    if sources.scenes is None or sources.windows is None:
        return []
    split = "train" if left_out is None else ""
    scenes, windows = load_scenes(sources.scenes, split), load_windows(sources.windows, split)
    if left_out is not None:
        scenes = {name: scene for name, scene in scenes.items() if name not in left_out}
        windows = [window for window in windows if window.image not in left_out]
    rng = np.random.default_rng(seed)
    others = windows_without_faces(scenes, windows, SIZE, _WINDOWS_PER_SCENE, rng, _COPIES)
    return [_labelled(others, 0), _labelled(windows_with_faces(scenes, windows, SIZE, _COPIES, rng), 1)]


def _textures(seed: int) -> Examples:
    """In training only: what they are is not in doubt, so they would flatter a measurement."""
    return _labelled(textures(TEXTURES, SIZE, np.random.default_rng(seed)), 0)


def _labelled(pixels: np.ndarray, label: int) -> Examples:
    return Examples(pixels, np.full(len(pixels), label, np.int64))


def _coarse(pixels: np.ndarray) -> np.ndarray:
    small = (cv2.resize(picture, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA) for picture in pixels)
    return np.stack([cv2.resize(picture, SIZE[::-1], interpolation=cv2.INTER_LINEAR) for picture in small])
