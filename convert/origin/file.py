"""The file, or folder of files, that a network came from."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class File:
    """Attributes:
    format: "keras", "h5" or "saved_model".
    size: bytes, of all files together.
    sha256: of the file, or of a SavedModel's files in the order of their names.
    """

    format: str
    size: int
    sha256: str


def describe_file(path: Path) -> File:
    """What there is at a path that was read as a network."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    digest, size = hashlib.sha256(), 0
    for file in files:
        data = file.read_bytes()
        digest.update(data)
        size += len(data)
    kind = "saved_model" if path.is_dir() else "keras" if path.suffix == ".keras" else "h5"
    return File(kind, size, digest.hexdigest())
