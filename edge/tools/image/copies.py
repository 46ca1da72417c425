"""Copies of photos with the faces marked: where they are written, and that nothing is lost by it."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.contract.errors import InputError, OutputError
from edge.contract.paths import identity
from edge.contract.pictures import is_picture
from edge.contract.storage import write_whole
from edge.tools.image.drawing import Photo, draw
from edge.tools.image.photos import Seen

_GREY = (".pgm",)
_OPTIONS = {".jpg": [cv2.IMWRITE_JPEG_QUALITY, 95], ".jpeg": [cv2.IMWRITE_JPEG_QUALITY, 95]}


class Copies:
    """Writes a copy for each photo, in the photo's own format, upright and without its metadata."""

    def __init__(self, out: Path, photos: Sequence[Path], force: bool = False):
        """Makes the folder.

        Args:
            out: a folder; for a single photo also a file that is named like a picture.
            photos: all that are given, the originals.
            force: whether files that are there already may be replaced. Originals never are.

        Raises:
            OutputError: the folder cannot be made.
        """
        self._force = force
        self._written: set[Path] = set()
        self._originals = {identity(photo) for photo in photos} - {None}
        try:
            self._file = out if len(photos) == 1 and is_picture(out) and not out.is_dir() else None
            self._folder = out.parent if self._file else out
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{out}: cannot be made ({error.strerror})") from None

    def write(self, seen: Seen, data: bytes, threshold: float) -> Path:
        """Draws on a copy and writes it; `data` is the photo's file. Returns where.

        Raises:
            OutputError: a file of this name is there, or none can be written.
        """
        path = self._path(seen.photo)
        try:
            self._check(path)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
        drawn = draw(_decode(data, seen.photo), seen.faces, threshold, whole=seen.whole)
        write_whole(path, _encode(drawn, path))
        self._written.add(path)
        return path

    def _path(self, photo: Path) -> Path:
        if self._file is not None:
            return self._file
        known = is_picture(photo) and cv2.haveImageWriter(f"a{photo.suffix.lower()}")
        return self._folder / (photo.name if known else f"{photo.name}.png")

    def _check(self, path: Path) -> None:
        if path.exists() and identity(path) in self._originals:
            raise OutputError(f"{path}: is an original, which is never written over; name another --annotate folder")
        if path in self._written:
            raise OutputError(f"{path}: two of these photos have the same name; annotate their folders one by one")
        if path.exists() and not self._force:
            raise OutputError(f"{path}: is there already; --force replaces it")


def _decode(data: bytes, photo: Path) -> Photo:
    """In colour and upright; `look_at` has read the same bytes before, so only a lack of memory can fail here."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        image = None
    if image is None:
        raise InputError(f"{photo}: not a picture that can be read in colour")
    return image  # type: ignore[return-value]


def _encode(drawn: Photo, path: Path) -> bytes:
    suffix = path.suffix.lower()
    picture = cv2.cvtColor(drawn, cv2.COLOR_BGR2GRAY) if suffix in _GREY else drawn
    try:
        good, data = cv2.imencode(suffix, picture, _OPTIONS.get(suffix, []))
    except cv2.error:
        good = False
    if not good:
        raise OutputError(f"{path}: this OpenCV cannot write {suffix} files of {drawn.shape[1]}x{drawn.shape[0]}")
    return data.tobytes()
