"""A training's command line as it may be told to anybody: without the folders of the machine that it ran on."""

import shlex
from collections.abc import Sequence
from pathlib import PurePath


def without_paths(command: str, data: str | None) -> str:
    """A command line with the value of --data as DATA, and any other path that is not relative as its last part.

    Args:
        command: its words, quoted where they hold blanks, or merely joined: then a path with blanks falls into several.
        data: where the data lay.
    """
    try:
        words = shlex.split(command)
    except ValueError:  # one apostrophe in a path
        words = command.split()
    told: list[str] = []
    for option, values in _groups(words):
        kept = _data(values, data) if _names_data(option) else _paths(values)
        if option.endswith("="):
            option, kept = option + (kept[0] if kept else ""), kept[1:]
        told += [*([option] if option else []), *kept]
    return shlex.join(told)


def _groups(words: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each option, with an equals sign where one follows it, and the words up to the next; the first without one."""
    groups: list[tuple[str, list[str]]] = [("", [])]
    for word in words:
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            groups[-1][1].append(word)
        else:
            groups.append((option + equals, [value] if equals else []))
    return groups


def _names_data(option: str) -> bool:
    """Whether it is --data, which argparse also takes shortened."""
    return len(option) > 2 and "--data".startswith(option.removesuffix("="))


def _data(values: Sequence[str], data: str | None) -> list[str]:
    for count in range(1, len(values) + 1):
        if data is not None and PurePath(" ".join(values[:count])) == PurePath(data):
            return ["DATA", *_paths(values[count:])]
    return ["DATA"] if values else []


def _paths(values: Sequence[str]) -> list[str]:
    """The words with each path cut; what follows one unquoted may be a part of it, and nobody misses it."""
    told: list[str] = []
    path = ""
    quoted = any(" " in word for word in values)
    for word in values:
        if word.startswith("/") or (word.startswith(("~", ".")) and "/" in word):
            path = word
            told.append("")
        elif path and not quoted:
            path = f"{path} {word}"
        else:
            path = ""
            told.append(word)
        if path:
            told[-1] = PurePath(path).name or "/"
    return told
