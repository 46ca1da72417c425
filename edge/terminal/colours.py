"""Colours, where there is somebody who sees them."""

import os
from collections.abc import Mapping
from typing import TextIO

_CODES = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "faint": "2"}
"""ECMA-48's "select graphic rendition": the terminal's own colours, which its owner made readable."""


class Paint:
    """Puts text in a colour on one stream, or leaves it as it is where that is no terminal."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ):
        """Looks at the stream once. NO_COLOR (no-color.org) and a terminal that cannot do it are heeded."""
        plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
        self._on = not plain and stream.isatty()

    def __call__(self, text: str, colour: str) -> str:
        """The text in a colour, one of `red`, `green`, `yellow`, `bold` and `faint`."""
        return f"\033[{_CODES[colour]}m{text}\033[0m" if self._on and text else text
