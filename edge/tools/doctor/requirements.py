"""What this version of the package needs, as its own list says: for the very bounds that its installer heeds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_LINE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?P<bounds>[^;]*?)\s*(?:;\s*(?P<marker>.+))?")
_MARKER = re.compile(
    r"(?P<what>python_version|platform_machine|extra)\s*(?P<sign>==|!=|<|>=)\s*[\"'](?P<value>[^\"']+)[\"']"
)
_BOUND = re.compile(r"(?P<sign>==|>=|<)\s*(?P<version>[\d.]+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package and which of its versions will do, such as "numpy" and ">=1.24,<2"."""

    name: str
    bounds: str

    def __str__(self) -> str:
        """As pip takes it."""
        return self.name + self.bounds

    def admits(self, version: str) -> bool:
        """Whether a version such as "4.11.0.86" is within the bounds; what is no number in it counts for nothing."""
        given = _numbers(version)
        for bound in _BOUND.finditer(self.bounds):
            wanted = _numbers(bound["version"])
            length = max(len(given), len(wanted))
            left, right = _padded(given, length), _padded(wanted, length)
            if not {"==": left == right, ">=": left >= right, "<": left < right}[bound["sign"]]:
                return False
        return True


def needed(lines: Iterable[str], python: tuple[int, int], machine: str) -> dict[str, Requirement]:
    """The requirements, by name, that hold for a Python (3, 11) on a machine such as "aarch64".

    Args:
        lines: as in a requirements file; only the markers that this project uses are understood.
        python: major and minor version.
        machine: as `platform.machine` says it.

    Raises:
        ValueError: a line is of another kind.
    """
    found = {}
    for line in lines:
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        parts = _LINE.fullmatch(text)
        if parts is None:
            raise ValueError(f"not a requirement: {text}")
        if parts["marker"] is None or _holds(parts["marker"], python, machine):
            found[parts["name"].lower()] = Requirement(parts["name"], parts["bounds"].replace(" ", ""))
    return found


def own_lines(checkout: Path | None) -> list[str]:
    """The lines of a checkout's requirements-edge.txt, or what the installed package declares; without either, none."""
    if checkout is not None:
        return (checkout / "requirements-edge.txt").read_text(encoding="utf-8").splitlines()
    try:
        return metadata.requires("emotion-edge") or []
    except metadata.PackageNotFoundError:
        return []


def _holds(marker: str, python: tuple[int, int], machine: str) -> bool:
    """Markers are joined by `and` alone; what belongs to an extra is not needed."""
    for part in re.split(r"\s+and\s+", marker):
        match = _MARKER.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"not a marker that is understood: {marker}")
        if match["what"] == "extra":
            return False
        if match["what"] == "python_version":
            wanted = _numbers(match["value"])
            holds = {"<": python < wanted, ">=": python >= wanted, "==": python == wanted, "!=": python != wanted}
        else:
            holds = {"==": machine == match["value"], "!=": machine != match["value"]}
        if not holds[match["sign"]]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:4])


def _padded(numbers: tuple[int, ...], length: int) -> tuple[int, ...]:
    return numbers + (0,) * (length - len(numbers))
