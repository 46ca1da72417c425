"""What can be set for a measurement, by options and by sweeps alike."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from edge.capture.credentials import without_credentials

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure.

    Attributes:
        source: as `--source` of `run`.
        models: folder with the models; None for those shipped.
        threads: for each model, and for OpenCV.
        size: width and height that frames are brought to, in pixels; None leaves them.
        search_width: see `edge.assembly.load_pipeline`, as for those below.
        search_every: seconds.
        smallest: pixels.
        scale_factor: over 1.
        min_neighbors: hits.
        frames: how many to measure.
    """

    source: str = "demo"
    models: Path | None = None
    threads: int = 1
    size: Size | None = None
    search_width: int = 320
    search_every: float = 0.4
    smallest: int = 60
    scale_factor: float = 1.2
    min_neighbors: int = 2
    frames: int = 1000

    def plain(self) -> dict[str, Any]:
        """The settings by name, as JSON can hold them and others may read them."""
        return {field.name: _shown(getattr(self, field.name)) for field in fields(self)}

    def arguments(self) -> list[str]:
        """The options that give these settings."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        return [f"--{name.replace('_', '-')}={_text(value)}" for name, value in given if value is not None]


class Flag(NamedTuple):
    """How a setting is given: what reads it, what it may be, what stands for it in the help, and the help."""

    read: Callable[[str], Any]
    value: str
    metavar: str
    help: str


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e6:
        raise ValueError
    return value


def _factor(text: str) -> float:
    value = float(text)
    if not 1.01 <= value <= 2:
        raise ValueError
    return value


def _size(text: str) -> Size:
    width, _, height = text.partition("x")
    return _whole(width), _whole(height)


_POSITIVE = "a positive whole number"

FLAGS = {
    "source": Flag(str, "a source", "S", "what to look at, as for run"),
    "models": Flag(Path, "a folder", "DIR", "folder with emotion.tflite and gate.tflite"),
    "threads": Flag(_whole, _POSITIVE, "N", "processor cores to use"),
    "size": Flag(
        _size, "a width and a height such as 640x480", "WxH", "bring frames to this size before they are looked at"
    ),
    "search_width": Flag(_whole, _POSITIVE, "PX", "width at which frames are searched"),
    "search_every": Flag(
        _seconds, "a number of seconds", "S", "seconds between searches of the whole frame; 0 searches every one"
    ),
    "smallest": Flag(_whole, _POSITIVE, "PX", "smallest face to find"),
    "scale_factor": Flag(_factor, "between 1.01 and 2", "X", "ratio of one searched size to the next"),
    "min_neighbors": Flag(_whole, _POSITIVE, "N", "overlapping hits that make a face"),
    "frames": Flag(_whole, _POSITIVE, "N", "how many frames to measure; recordings are played again"),
}


def read_flag(name: str, text: str) -> Any:
    """The value of a setting. Raises argparse.ArgumentTypeError where it cannot be one."""
    try:
        return FLAGS[name].read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{name.replace('_', '-')}: {text!r} is not {FLAGS[name].value}") from None


class Axis(NamedTuple):
    """A setting that is swept, and its values."""

    name: str
    values: tuple[Any, ...]


def axis(text: str) -> Axis:
    """Reads an axis such as `threads=1,2,4`. Raises argparse.ArgumentTypeError where it is none."""
    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or not values:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form threads=1,2,4")
    if name not in FLAGS:
        near = get_close_matches(name, FLAGS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FLAGS)}"
        raise argparse.ArgumentTypeError(f"{name!r} is not a setting; {hint}")
    return Axis(name, tuple(read_flag(name, value.strip()) for value in values.split(",")))


def combinations(base: Settings, axes: Iterable[Axis]) -> list[tuple[str, Settings]]:
    """The product of all axes, the last one changing fastest, each with its name such as `threads=1 size=320x240`."""
    swept = list(axes)
    found = []
    for values in product(*(one.values for one in swept)):
        chosen = {one.name: value for one, value in zip(swept, values, strict=True)}
        found.append((" ".join(f"{name}={_shown(value)}" for name, value in chosen.items()), replace(base, **chosen)))
    return found


def _shown(value: Any) -> Any:
    text = _text(value)
    return without_credentials(text) if isinstance(text, str) else text


def _text(value: Any) -> Any:
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return str(value) if isinstance(value, Path) else value
