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
        self._over = 0.0
        self._last: float | None = None

    def add(self, analysis: Analysis) -> None:
        """Counts a frame: each face in it for the time since it was seen last."""
        if self._last is not None:
            self._over += max(0.0, analysis.mono - self._last)
        self._last = analysis.mono
        self._faces += sum(seen.started for seen in analysis.observations)
        for emotion, seconds in self._shown.passed(analysis):
            self._seconds[emotion] = self._seconds.get(emotion, 0.0) + seconds

    def rest(self) -> None:
        """Nobody looks until the next frame: the time until then does not count."""
        self._last = None

    def take(self) -> Event | None:
        """The sums since they were taken last, as the body of an event; None where no face was seen.

        `over` is the time in which frames came, in seconds: none without a camera, and none of a pause.

        Tenths of a second are left out: over a minute they say nothing, and a single face's course a little.
        """
        seconds = {emotion: round(value) for emotion, value in sorted(self._seconds.items())}
        faces, over = self._faces, self._over
        self._seconds, self._faces, self._over = {}, 0, 0.0
        if not faces and not any(seconds.values()):
            return None
        return {"over": round(over), "faces": faces, "seconds": seconds}
