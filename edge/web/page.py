"""The files of the page itself, held in memory: no path that is asked for ever reaches the disk."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: what it holds, and its media type."""

    data: bytes
    kind: str


def assets() -> dict[str, Asset]:
    """Every file by the path it is asked for."""
    found = {f"/{file.name}": Asset(file.read_bytes(), _TYPES[file.suffix]) for file in sorted(_FOLDER.iterdir())}
    return {"/": found.pop("/index.html"), **found}
