"""The pictures that a model's number ranges are measured on: chosen once, named in a list, found by their pixels.

A list names each picture by the sha256 of its pixels, so it can be committed where the pictures cannot, and whoever
has the data gets the same model.
"""

import hashlib
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError
from train.datasets.examples import Examples

log = logging.getLogger(__name__)

IMAGES = 280
"""How many pictures a list holds by itself, all labels alike: 40 for each of seven emotions."""

COMMITTED = Path(__file__).resolve().parent.parent / "models" / "calibration"
"""Where the lists of the shipped models lie, TASK.txt each."""

_LINE = re.compile(r"([0-9a-f]{64}) (\S+)")


@dataclass(frozen=True, slots=True)
class CalibrationList:
    """Chosen pictures in order: the sha256 of each one's pixels (uint8, row by row), its label; `name` for people."""

    name: str
    entries: tuple[tuple[str, str], ...]

    @property
    def sha256(self) -> str:
        """Of the entries, however the file that holds them is commented."""
        return hashlib.sha256(_lines(self.entries).encode()).hexdigest()

    def without(self, dropped: Collection[str]) -> "CalibrationList":
        """The list without the pictures of some labels; its name says so where there are any."""
        kept = tuple(entry for entry in self.entries if entry[1] not in dropped)
        if len(kept) == len(self.entries):
            return self
        return CalibrationList(f"{self.name} without {', '.join(dropped)}", kept)

    def to_text(self, comment: str) -> str:
        """The list as a file, the comment above it."""
        return "".join(f"# {line}\n" for line in comment.splitlines()) + _lines(self.entries)


def draw(examples: Examples, labels: tuple[str, ...], images: int, seed: int) -> CalibrationList:
    """Chooses pictures, the same number of each label (at least one) as far as there are enough.

    The choice depends on the seed and on the pictures alone: not on their order, and hardly on what others there are.
    A picture that occurs twice counts once, with its first label.
    """
    kept: list[tuple[str, str]] = []
    first = _positions(examples)
    for index, label in enumerate(labels):
        hashes = (digest for digest, position in first.items() if examples.labels[position] == index)
        ranked = sorted(hashes, key=lambda digest: hashlib.sha256(f"{seed} {digest}".encode()).digest())
        kept.extend((digest, label) for digest in ranked[: max(images // len(labels), 1)])
    return CalibrationList(f"drawn with seed {seed}", tuple(kept))


def read_list(path: Path) -> CalibrationList:
    """Reads a list: "SHA256 LABEL" a line, comments after #.

    Raises:
        InputError: it cannot be read, is empty, or has a line of another form.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line.strip())
            if match is None:
                raise InputError(f"{path}, line {number}: expected a sha256 and a label, found {line[:80]!r}")
            entries.append((match[1], match[2]))
    if not entries:
        raise InputError(f"{path}: names no pictures")
    return CalibrationList(path.name, tuple(entries))


def choose(task: str, examples: Examples, labels: tuple[str, ...], given: Path | None, seed: int) -> CalibrationList:
    """The list that was given; else the committed one; else, where none of its pictures are here, one that is drawn."""
    if given is not None:
        return read_list(given)
    committed = COMMITTED / f"{task}.txt"
    if committed.is_file():
        listed = read_list(committed)
        if not {digest for digest, _ in listed.entries}.isdisjoint(_positions(examples)):
            return listed
    drawn = draw(examples, labels, IMAGES, seed)
    log.info("no list for these training pictures: calibrating on %d of them, %s", len(drawn.entries), drawn.name)
    return drawn


def find(listed: CalibrationList, examples: Examples) -> NDArray[np.uint8]:
    """The pictures of a list, in its order: uint8, (N, h, w).

    Raises:
        InputError: some are not among the examples, or none are left.
    """
    if not listed.entries:
        raise InputError(f"{listed.name}: names no pictures")
    first = _positions(examples)
    missing = sum(digest not in first for digest, _ in listed.entries)
    if missing:
        raise InputError(
            f"{listed.name}: {missing} of its {len(listed.entries)} pictures are not in the training split; name "
            "another list with --calibration, or make one: python -m convert calibration --help"
        )
    return examples.pixels[[first[digest] for digest, _ in listed.entries]]


def _positions(examples: Examples) -> dict[str, int]:
    """Where each picture occurs first."""
    first: dict[str, int] = {}
    for position, picture in enumerate(examples.pixels):
        first.setdefault(hashlib.sha256(picture.tobytes()).hexdigest(), position)
    return first


def _lines(entries: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"{digest} {label}\n" for digest, label in entries)
