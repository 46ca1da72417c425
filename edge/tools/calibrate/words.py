"""What the person in front of the camera reads."""

import sys
from collections.abc import Sequence
from typing import TextIO

from edge.tools.calibrate.eye import Take

PROMPTS = {
    "angry": "brows down, lips pressed: as when somebody jumps the queue",
    "disgust": "nose wrinkled: as at a bad smell",
    "fear": "eyes wide, brows up and together: as when something falls towards you",
    "happy": "smile as you do when you are glad",
    "sad": "corners of the mouth down: as at bad news",
    "surprise": "brows up, mouth open: as at an unexpected guest",
    "neutral": "your face at rest",
}
"""What each expression looks like; other labels are asked for by their name alone."""


class Words:
    """Prints prompts and the countdown, a line a take; needs no screen, only something that shows text.

    On a terminal its bell rings where a take begins and ends: whoever poses looks into the camera.
    """

    def __init__(self, labels: Sequence[str], stream: TextIO | None = None):
        """Takes the model's labels, and where to print; None is standard error."""
        self._labels = labels
        self._stream = stream or sys.stderr
        self._bell = "\a" if self._stream.isatty() else ""

    def introduce(self, seconds: float) -> None:
        """Says what is coming."""
        self._say(
            f"This takes about {round(seconds)} s. Sit where the camera usually sees you, alone, and look into it.\n"
            "Show each expression in your own way and hold it until the next line. No picture is kept. Ctrl-C: end.\n"
        )

    def ask(self, label: int, number: int, total: int) -> None:
        """See `Prompter`."""
        name = self._labels[label]
        told = f": {PROMPTS[name]}" if name in PROMPTS else ""
        self._say(f"{number:3}/{total}  {name}{told}\n        ")

    def count(self, seconds: int) -> None:
        """See `Prompter`."""
        self._say(f"{seconds} ")

    def go(self) -> None:
        """See `Prompter`."""
        self._say(f"{self._bell}hold ... ")

    def break_off(self) -> None:
        """Ends a line that will not be finished."""
        self._say("\n")

    def done(self, take: Take) -> None:
        """See `Prompter`."""
        self._say(f"{self._bell}one face in {take.faces} of {take.frames} frames\n")

    def _say(self, text: str) -> None:
        print(text, end="", file=self._stream, flush=True)
