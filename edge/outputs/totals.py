"""Counts instead of faces: what is logged where nobody is to be followed from line to line."""

from edge.contract.records import Analysis
from edge.outputs.events import Event
from edge.outputs.presence import Shown


class Totals:
    """Adds up how long each emotion was seen, over all faces, until the sums are taken."""

    def __init__(self) -> None:
        self._shown = Shown()
        self._seconds: dict[str, float] = {}
        self._faces = 0
        self._since: float | None = None
        self._last: float | None = None

    def add(self, analysis: Analysis) -> None:
        """Counts a frame: each face in it for the time since it was seen last."""
        self._since = analysis.mono if self._since is None else self._since
        self._last = analysis.mono
        self._faces += sum(seen.started for seen in analysis.observations)
        for emotion, seconds in self._shown.passed(analysis):
            self._seconds[emotion] = self._seconds.get(emotion, 0.0) + seconds

    def take(self) -> Event | None:
        """The sums since they were taken last, as the body of an event; None where no face was seen.

        Tenths of a second are left out: over a minute they say nothing, and a single face's course a little.
        """
        seconds = {emotion: round(value) for emotion, value in sorted(self._seconds.items())}
        faces, over = self._faces, (self._last or 0.0) - (self._since or 0.0)
        self._seconds, self._faces, self._since = {}, 0, self._last
        if not faces and not any(seconds.values()):
            return None
        return {"over": round(over), "faces": faces, "seconds": seconds}
