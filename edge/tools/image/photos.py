"""Photos in, one JSON line each out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.contract.errors import InputError
from edge.contract.pictures import is_picture, read_picture
from edge.contract.records import Face
from edge.pipeline import Pipeline

SMALL = 64
"""Pictures of at most this many pixels on each side are taken for a face as a whole."""


def find_photos(paths: list[Path]) -> Iterator[Path]:
    """The files given, and the photos lying directly in the folders given, in the order of their names.

    Raises:
        InputError: a folder holds no photo.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(file for file in path.iterdir() if is_picture(file))
        if not found:
            raise InputError(f"{path}: no photos in this folder")
        yield from found


def describe(pipeline: Pipeline, photo: Path, whole: bool) -> str:
    """One photo's faces as a line of JSON; `whole` takes the picture for the face, as small ones always are."""
    grey = read_picture(photo)
    height, width = grey.shape
    whole = whole or max(grey.shape) <= SMALL
    faces = [pipeline.whole(grey)] if whole else pipeline.faces(grey)
    form = {
        "photo": str(photo),
        "width": width,
        "height": height,
        "whole": whole,
        "faces": [_face(face, pipeline.threshold) for face in faces],
    }
    return json.dumps(form, separators=(",", ":"), allow_nan=False)


def _face(face: Face, threshold: float) -> dict[str, Any]:
    box = face.box
    form: dict[str, Any] = {"box": [box.x, box.y, box.width, box.height], "gate": round(face.gate, 4)}
    if face.scores is None:
        return {**form, "human": False, "emotion": None, "confidence": None, "probabilities": None}
    return {
        **form,
        "human": True,
        "emotion": face.scores.label(threshold),
        "confidence": round(face.scores.confidence, 4),
        "probabilities": {label: round(value, 4) for label, value in face.scores},
    }
