"""The names of a log's files.

`emotions.jsonl` is written; `emotions.000042.2026-01-31.jsonl` and, compressed, `....jsonl.gz` were written before
it. The number alone gives the order, because a clock may be wrong or set back; the day is for people.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PACKED = ".gz"
_ROTATED = re.compile(r"(?P<stem>.+)\.\d{6,}\.\d{4}-\d\d-\d\d(?P<suffix>\.[^.]*)?", re.ASCII)


def behind_link(path: Path) -> Path:
    """The file that a symbolic link leads to, there or not; its rotated files lie beside it and have its name.

    Any other path is given back as it is, and so is a link to what has no name, as /dev/stdout in front of a pipe.
    """
    with suppress(OSError, RuntimeError):  # a loop, or a folder that may not be entered: who opens it says it better
        if path.is_symlink():
            target = path.resolve()
            return target if target.exists() or not path.exists() else path
    return path


@dataclass(frozen=True, slots=True)
class LogName:
    """The name of one log, `path`, and of all files that belong to it."""

    path: Path

    @classmethod
    def of(cls, rotated: Path) -> "LogName | None":
        """The log of a rotated file, compressed or not, whether or not that is there; None for any other file."""
        match = _ROTATED.fullmatch(rotated.name.removesuffix(PACKED))
        return cls(rotated.with_name(match["stem"] + (match["suffix"] or ""))) if match else None

    @property
    def partial(self) -> Path:
        """Where a line goes that was cut off by a power cut."""
        return self.path.with_name(self.path.name + ".partial")

    def rotated(self) -> list["Rotated"]:
        """The rotated files that are there, oldest first. Raises OSError where the folder cannot be read."""
        found: dict[int, Rotated] = {}
        named = r"\.(?P<number>\d{6,})\.(?P<day>\d{4}-\d\d-\d\d)" + re.escape(self.path.suffix) + r"(?P<gz>\.gz)?"
        for path, match in self._matching(named):
            plain = path.with_suffix("") if match["gz"] else path
            found[int(match["number"])] = Rotated(int(match["number"]), _day(match["day"]), plain)
        return [found[number] for number in sorted(found)]

    def following(self, rotated: list["Rotated"], day: date) -> "Rotated":
        """The name under which the file in use is put away after `rotated`."""
        number = rotated[-1].number + 1 if rotated else 1
        return Rotated(number, day, self.path.with_name(f"{self.path.stem}.{number:06}.{day}{self.path.suffix}"))

    def temporary(self) -> Iterator[Path]:
        """What is left of compressing that was killed. Raises OSError where the folder cannot be read."""
        pattern = r"\.\d{6,}\.\d{4}-\d\d-\d\d" + re.escape(self.path.suffix) + r"\.gz\.tmp"
        return (path for path, _ in self._matching(pattern))

    def _matching(self, rest: str) -> Iterator[tuple[Path, re.Match[str]]]:
        pattern = re.compile(re.escape(self.path.stem) + rest, re.ASCII)
        each = ((path, pattern.fullmatch(path.name)) for path in self.path.parent.iterdir())
        return ((path, match) for path, match in each if match)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotated file: `plain` is its name before it was compressed. None for a day that is no date."""

    number: int
    day: date | None
    plain: Path

    @property
    def packed(self) -> Path:
        """Its name when compressed."""
        return self.plain.with_name(self.plain.name + PACKED)

    @property
    def temporary(self) -> Path:
        """Its name while it is being compressed."""
        return self.plain.with_name(self.plain.name + PACKED + ".tmp")

    @property
    def paths(self) -> tuple[Path, Path]:
        """Both names, of which one is there; after a kill in mid-compression both, with the same lines."""
        return self.plain, self.packed

    def size(self) -> int:
        """Bytes on the file system, 0 where it is gone."""
        return sum(map(_size, self.paths))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # not asked beforehand: the compressor deletes files while others count them
        return 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
