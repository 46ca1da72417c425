"""Photos in, and what is seen in each."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from edge.contract.errors import InputError
from edge.contract.pictures import decode, is_picture
from edge.contract.quiet import native_output_to
from edge.contract.records import Face
from edge.outputs.faces import face_form
from edge.pipeline import SMALL, Pipeline

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a photo of this size in pixels; `whole` where it was taken for a face as it is."""

    photo: Path
    width: int
    height: int
    whole: bool
    faces: tuple[Face, ...]


def find_photos(path: Path) -> list[Path]:
    """The file itself, or the photos lying directly in a folder, in the order of their names.

    Raises:
        InputError: a folder holds no photo, or cannot be read.
    """
    try:
        if not path.is_dir():
            return [path]
        found = sorted(file for file in path.iterdir() if is_picture(file))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    if not found:
        raise InputError(f"{path}: no photos in this folder")
    return found


def read(photo: Path) -> bytes:
    """A file's bytes. Raises InputError where it cannot be read."""
    try:
        return photo.read_bytes()
    except OSError as error:
        raise InputError(f"{photo}: cannot be read ({error.strerror})") from None


def look_at(pipeline: Pipeline, photo: Path, data: bytes, whole: bool) -> Seen:
    """Looks at one photo; `whole` takes the picture for the face, as small ones always are.

    Raises:
        InputError: it is no picture.
    """
    with native_output_to(log):  # libpng and libjpeg have their say there before our one line
        grey = decode(data, str(photo))
    height, width = grey.shape
    whole = whole or max(grey.shape) <= SMALL
    faces = (pipeline.whole(grey),) if whole else tuple(pipeline.faces(grey))
    return Seen(photo, width, height, whole, faces)


def as_json(seen: Seen, threshold: float, copy: Path | None = None) -> str:
    """What was seen as a line of JSON; `threshold` is the least probability of an emotion that is not "uncertain"."""
    form = {
        "photo": str(seen.photo),
        "width": seen.width,
        "height": seen.height,
        "whole": seen.whole,
        "faces": [face_form(face, threshold) for face in seen.faces],
        **({} if copy is None else {"annotated": str(copy)}),
    }
    return json.dumps(form, separators=(",", ":"), allow_nan=False)
