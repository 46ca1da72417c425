"""Pictures and recordings that were made before, instead of a person in front of the camera."""

import logging
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from edge.capture.opening import open_source
from edge.capture.settings import CaptureSettings
from edge.contract.errors import InputError
from edge.contract.labels import SYNONYMS
from edge.contract.paths import is_file
from edge.contract.pictures import is_picture
from edge.tools.calibrate.eye import Eye, Take
from edge.tools.calibrate.samples import SPACING

log = logging.getLogger(__name__)

VIDEOS = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm")
"""What counts as a recording in a folder."""

_APART = 60.0
"""Seconds put between two files, so that none is the other's neighbour."""

_FAR = 1e7
"""Seconds put between two labels: more than any recording lasts."""


def takes_from(path: Path, labels: Sequence[str], eye: Eye, settings: CaptureSettings) -> list[Take]:
    """Looks at everything in a folder that has an expression's name.

    Args:
        path: a folder with folders of pictures or recordings (`happy/`), or recordings (`happy.mp4`), named as the
            model's labels or other usual words for them.
        labels: of the model.
        eye: looks.
        settings: how the camera's pictures are turned and cut.

    Returns:
        One take a label.

    Raises:
        InputError: the folder cannot be read, or nothing in it is named so.
    """
    found: dict[int, list[Path]] = {}
    for entry in _entries(path):
        label = label_of(entry.stem if is_file(entry, InputError) else entry.name, labels)
        if label is None:
            log.warning("%s: named like no expression; it is left out", entry)
            continue
        found.setdefault(labels.index(label), []).append(entry)
    if not found:
        raise InputError(f"{path}: nothing in it is named like an expression ({', '.join(labels)})")
    return [look_at(entries, label, eye, settings) for label, entries in sorted(found.items())]


def look_at(entries: Sequence[Path], label: int, eye: Eye, settings: CaptureSettings) -> Take:
    """One take of all pictures and recordings in folders and files, in the order of their names."""
    take = Take(label)
    clock = label * _FAR
    for file in (file for entry in entries for file in _files(entry)):
        with open_source(str(file.absolute()), settings) as source:
            begun, due = None, -math.inf
            for frame in source:
                begun = frame.mono if begun is None else begun
                if frame.mono >= due:
                    eye.look(frame.grey, clock + frame.mono - begun, take)
                    due = frame.mono + SPACING - 1e-6
            clock += _APART + (0.0 if begun is None else frame.mono - begun)
    return take


def label_of(name: str, labels: Sequence[str]) -> str | None:
    """The label that a file or folder is named after; None for none."""
    word = name.lower()
    return next((label for label in (word, SYNONYMS.get(word)) if label in labels), None)


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise InputError(f"{path}: cannot be read as a folder ({error.strerror})") from None


def _files(entry: Path) -> Iterator[Path]:
    """What to open: a folder of pictures as one, each recording by itself."""
    if not entry.is_dir():
        yield entry
        return
    inside = _entries(entry)
    if any(is_picture(file) for file in inside):
        yield entry
    yield from (file for file in inside if file.suffix.lower() in VIDEOS)
