"""Fills the configuration from a TOML file, the environment and the command line, and checks every value."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from cattrs import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from edge.contract.errors import ConfigurationError
from edge.service.configuration import Configuration
from edge.service.configuration_checks import contradictions
from edge.service.configuration_secrets import with_password
from edge.service.configuration_types import base_type, converter, is_text

PREFIX = "EMOTION_EDGE_"
_FOREIGN = frozenset({"EMOTION_EDGE_DATA"})
"""Not a setting: the folder of the data sets to train with."""
_FROM_SYSTEMD = (
    ("log", "path", "LOGS_DIRECTORY", "events.jsonl"),
    ("privacy", "pause_file", "STATE_DIRECTORY", "pause"),
)

Key = tuple[str, str]
"""A section and a key in it."""


@dataclass(frozen=True, slots=True)
class Effective:
    """A configuration, and where each value came from that is not a default."""

    configuration: Configuration
    origins: Mapping[Key, str]


def load_configuration(
    file: Path | None,
    options: Mapping[Key, tuple[str, object]],
    environment: Mapping[str, str] = os.environ,
) -> Effective:
    """Reads all settings; the later of these counts: defaults, systemd's directories, file, environment, options.

    Args:
        file: TOML; None for none.
        options: of the command line: each with its name, such as "--source", and its value.
        environment: `EMOTION_EDGE_SECTION_KEY` is text, or for what is no text a TOML value; empty is as if not set.

    Raises:
        ConfigurationError: the file cannot be read, or a key or value is not acceptable; a line for each.
    """
    values = _Values()
    values.take_systemd(environment)
    if file is not None:
        values.take_file(file)
    values.take_environment(environment)
    for key, (name, value) in options.items():
        values.put(key, str(value) if isinstance(value, Path) else value, name)
    configuration = values.structured()
    found = list(contradictions(configuration))
    if found:
        raise ConfigurationError("\n".join(values.located(key, text) for key, text in found))
    configuration, origin = with_password(configuration, environment)
    return Effective(configuration, values.origins | ({("mqtt", "password"): origin} if origin else {}))


def keys() -> Iterator[tuple[Key, Any]]:
    """Every section and key, with the key's annotated type, in the order in which they are documented."""
    for section, kind in get_type_hints(Configuration).items():
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            yield (section, field.name), hints[field.name]


def variable(key: Key) -> str:
    """The environment variable of a key."""
    return PREFIX + "_".join(key).upper()


class _Values:
    """What was set so far, unchecked, and by whom."""

    def __init__(self) -> None:
        self.origins: dict[Key, str] = {}
        self._sections: dict[str, dict[str, object]] = {}
        self._problems: list[str] = []
        self._file: Path | None = None

    def put(self, key: Key, value: object, origin: str) -> None:
        section, name = key
        self._sections.setdefault(section, {})[name] = value
        self.origins[key] = origin

    def take_systemd(self, environment: Mapping[str, str]) -> None:
        for section, name, directory, file in _FROM_SYSTEMD:
            if folder := environment.get(directory, "").partition(":")[0]:
                self.put((section, name), str(Path(folder) / file), f"${directory}")

    def take_file(self, file: Path) -> None:
        self._file = file
        for section, content in _read(file).items():
            if not isinstance(content, dict):
                self._problems.append(f"{file}: {section}: every key stands in a section, such as [camera]")
                continue
            if not content:
                self._sections.setdefault(section, {})  # for its name to be checked
            for name, value in content.items():
                self.put((section, name), value, str(file))

    def take_environment(self, environment: Mapping[str, str]) -> None:
        known = {variable(key): (key, kind) for key, kind in keys()}
        for name, text in sorted(environment.items()):
            if not name.startswith(PREFIX) or name in _FOREIGN or not text:
                continue
            if name in known:
                key, kind = known[name]
                self.put(key, text if is_text(base_type(kind)) else _toml_value(text), name)
            else:
                self._problems.append(f"{name}: unknown variable{_nearest(name, known)}")

    def structured(self) -> Configuration:
        """The configuration. Raises ConfigurationError with a line for each problem."""
        configuration = None
        try:
            configuration = converter().structure(self._sections, Configuration)
        except ClassValidationError as error:
            self._problems += self._lines(error, ())
        if self._problems or configuration is None:
            raise ConfigurationError("\n".join(self._problems))
        return configuration

    def located(self, key: Key, text: str) -> str:
        """One line that begins with where the value was set."""
        origin = self.origins.get(key, "")
        place = origin if origin.startswith((PREFIX, "--")) else f"{origin or 'default'}: {'.'.join(key)}"
        return f"{place}: {text}"

    def _lines(self, error: Exception, path: tuple[str, ...]) -> Iterator[str]:
        """A line for each error in the tree; its notes say which field it is about."""
        if isinstance(error, IterableValidationError):  # the first wrong member speaks for its list: one line a key
            yield from self._lines(error.exceptions[0], path)
        elif isinstance(error, ClassValidationError):
            noted, bare = error.group_exceptions()
            for inner, note in noted:
                yield from self._lines(inner, (*path, note.name))
            for inner in bare:
                yield from self._lines(inner, path)
        elif isinstance(error, ForbiddenExtraKeysError):
            known = [field.name for field in fields(error.cl)]
            for extra in sorted(error.extra_fields):
                yield self._unknown(extra, path, known)
        else:
            yield self.located((path[0], path[1]), str(error))

    def _unknown(self, name: str, path: tuple[str, ...], known: list[str]) -> str:
        # Only the file has unknown names here: variables have been looked up, and options are fixed.
        name = name if name.isprintable() else repr(name)
        if path:
            return f"{self._file}: {path[0]}.{name}: unknown key{_nearest(name, known)}"
        return f"{self._file}: [{name}]: unknown section{_nearest(name, known)}"


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or lists in lists in lists
        raise ConfigurationError(f"{file}: not a TOML file: {error}") from None


def _toml_value(text: str) -> object:
    try:
        read = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return text  # its type is wrong then, and said to be
    return read["value"] if len(read) == 1 else text


def _nearest(name: str, known: Iterable[str]) -> str:
    """What follows "unknown": the most similar name, or all of them where none is similar."""
    known = list(known)
    similar = difflib.get_close_matches(name, known, 1)
    if similar:
        return f"; did you mean {similar[0]}?"
    return f"; known are {', '.join(known)}" if len(known) <= 30 else ""
