"""The settings as people read them: TOML, with *** for secrets."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from edge.capture.credentials import without_credentials
from edge.service.configuration import Address, Secret
from edge.service.configuration_reading import Effective


def describe(effective: Effective) -> str:
    """Every setting in use, each that is not a default with where it was set."""
    return "\n".join(_lines(effective))


def _lines(effective: Effective) -> Iterator[str]:
    for section in fields(effective.configuration):
        yield f"[{section.name}]"
        values = getattr(effective.configuration, section.name)
        for field in fields(values):
            value = getattr(values, field.name)
            origin = effective.origins.get((section.name, field.name))
            line = f"# {field.name} is not set" if value is None else f"{field.name} = {_toml(value)}"
            yield line if origin is None else f"{line}  # {origin}"
        yield ""


def _toml(value: object) -> str:
    match value:
        case Address():
            return _quoted(without_credentials(value))
        case Secret() | Path() | str():
            return _quoted(str(value))
        case bool():
            return str(value).lower()
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
