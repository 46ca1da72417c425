"""Which value fits which type of setting. Nothing is guessed: "5" is no number, 1 no yes."""

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from cattrs import Converter

from edge.service.configuration import About, Address, Secret


@cache
def converter() -> Converter:
    """Makes structures of plain data; ValueErrors inside its errors say what is wrong with a value."""
    made = Converter(forbid_extra_keys=True)
    for kind, take in _TAKE.items():
        made.register_structure_hook(kind, _hook(take))
    made.register_structure_hook_factory(_is_choice, _choice)
    made.register_structure_hook_factory(_is_setting, _setting)
    return made


def base_type(kind: Any) -> Any:
    """The type of a setting without its description and without None."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(kind, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    return kind


def is_text(kind: Any) -> bool:
    """Whether values of a base type are written as text."""
    if get_origin(kind) is Literal:
        return isinstance(get_args(kind)[0], str)
    return kind in (str, Path, Address, Secret)


def shown(value: object) -> str:
    """A value in one line, much as it is written in TOML."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _hook(take: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: take(value)


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_setting(kind: Any) -> bool:
    return get_origin(kind) is Annotated


def _setting(kind: Any, made: Converter) -> Callable[[Any, Any], Any]:
    """Checks a value against its type, and each of its numbers against the range."""
    about: About = kind.__metadata__[0]
    base = base_type(kind)
    take = made.get_structure_hook(base)
    numbers = len(get_args(base)) if get_origin(base) is tuple else 0

    def structure(value: Any, _: Any) -> Any:
        if numbers and not (isinstance(value, list) and len(value) == numbers):
            raise ValueError(f"must be a list of {numbers} numbers, not {shown(value)}")
        taken = take(value, base)
        if not all(about.admits(number) for number in (taken if numbers else (taken,))):
            raise ValueError(f"{shown(value)} is out of range: {about.range}")
        return taken

    return structure


def _choice(kind: Any, _: Converter) -> Callable[[Any, Any], Any]:
    choices = get_args(kind)

    def structure(value: Any, _: Any) -> Any:
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            raise ValueError(f"must be one of {', '.join(map(str, choices))}, not {shown(value)}")
        return value

    return structure


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"must be a whole number, not {shown(value)}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"must be a number, not {shown(value)}")
    return float(value)


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError(f"must be true or false, not {shown(value)}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {shown(value)}")
    if not value.strip():
        raise ValueError("is empty; leave the key out where there is nothing to set")
    return value


def _path(value: Any) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError:
        raise ValueError(f"{shown(value)}: there is no user of this name") from None


def _secret(value: Any) -> Secret:
    if not isinstance(value, str) or not value:
        raise ValueError("must be text in quotes, and not empty")  # the value is not shown
    return Secret(value)


_TAKE: dict[type, Callable[[Any], Any]] = {
    int: _whole,
    float: _number,
    bool: _flag,
    str: _text,
    Path: _path,
    Address: lambda value: Address(_text(value)),
    Secret: _secret,
}
