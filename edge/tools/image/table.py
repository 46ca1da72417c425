"""What was seen in photos, for people: a line a face."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from edge.contract.labels import UNCERTAIN
from edge.contract.records import Face, Scores
from edge.terminal.colours import Paint
from edge.tools.image.photos import Seen

_WIDEST = 40
"""Columns for a photo's name; of a longer one the end is shown."""
_EMOTION = 11


class Table:
    """Makes lines that stand below each other, one photo at a time."""

    def __init__(self, photos: Sequence[Path], threshold: float, paint: Paint):
        """Takes all photos, for the width of their names."""
        self._width = min(max((len(str(photo)) for photo in photos), default=0), _WIDEST)
        self._threshold = threshold
        self._paint = paint

    def head(self) -> str:
        """The first line."""
        return self._paint(f"{'photo':<{self._width}}  {'emotion':<{_EMOTION}}{'sure':>5}  otherwise", "bold")

    def rows(self, seen: Seen) -> Iterator[str]:
        """The lines of one photo."""
        name = str(seen.photo)
        name = name if len(name) <= self._width else "…" + name[1 - self._width :]
        for face in seen.faces:
            yield f"{name:<{self._width}}  {self._face(face)}".rstrip()
            name = ""
        if not seen.faces:
            yield f"{name:<{self._width}}  {self._paint('no face', 'faint')}"

    def _face(self, face: Face) -> str:
        if face.scores is None:
            return self._paint(f"{'rejected':<{_EMOTION}}{'':>5}  {face.gate:.0%} human", "faint")
        emotion = face.scores.label(self._threshold)
        shown = self._paint(f"{emotion:<{_EMOTION}}", "yellow" if emotion == UNCERTAIN else "green")
        return f"{shown}{face.scores.confidence:>5.0%}  {_others(face.scores, emotion)}"


def _others(scores: Scores, shown: str) -> str:
    """The next best that are worth a word; where nothing is certain, the best too."""
    ranked = sorted(scores, key=lambda pair: -pair[1])
    return ", ".join(f"{label} {value:.0%}" for label, value in ranked[:3] if label != shown and value >= 0.01)
