"""What a command says on standard error beside its results."""

import logging
import sys

from edge.terminal.colours import Paint

_PREFIX = "emotion-edge: "


def set_level(level: int) -> None:
    """Sends messages of loggers from this level on to standard error, a line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(Paint(sys.stderr)))
    logging.basicConfig(level=level, handlers=[handler])


def complain(text: str) -> None:
    """Says what went wrong, however quiet the user wants it; each line of `text` with the program's name."""
    paint = Paint(sys.stderr)
    for line in text.split("\n"):
        sys.stderr.write(f"{_PREFIX}{paint(line, 'red')}\n")


def tell(text: str) -> None:
    """Says in a line what was done, unless the user wants it quiet."""
    if talkative():
        sys.stderr.write(f"{text}\n")


def talkative() -> bool:
    """Whether the user did not say --quiet."""
    return logging.getLogger().isEnabledFor(logging.WARNING)


class _Lines(logging.Formatter):
    def __init__(self, paint: Paint):
        super().__init__()
        self._paint = paint

    def format(self, record: logging.LogRecord) -> str:
        colour = "yellow" if record.levelno >= logging.WARNING else "faint"
        return _PREFIX + self._paint(super().format(record), colour)
