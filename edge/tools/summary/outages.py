"""Times without pictures of a camera."""

import math
from dataclasses import dataclass

from edge.tools.summary.fields import Camera, Heard


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without pictures (UTC, seconds), as far as it is in what was asked for.

    Where the log ends before the camera was `back`, it ends when the camera was heard of last.
    """

    camera: Camera
    start: float
    end: float
    back: bool

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end - self.start


class Outages:
    """Follows cameras being lost and coming back.

    Lengths are taken from `mono` within one boot, so that setting the clock meanwhile does not change them.
    """

    def __init__(self, begin: float = -math.inf, end: float = math.inf):
        """Takes the times between which outages are asked for: UTC in seconds, `end` left out."""
        self.ended: list[Outage] = []
        self._begin, self._end = begin, end
        self._lost: dict[Camera, Heard] = {}
        self._heard: dict[Camera, Heard] = {}

    def heard(self, camera: Camera, at: Heard) -> None:
        """Notes when a camera was heard of: of one that does not come back no more is known than until then."""
        self._heard[camera] = at

    def lost(self, camera: Camera, at: Heard) -> None:
        """A camera was lost; it may have been before."""
        self._lost.setdefault(camera, at)

    def back(self, camera: Camera, at: Heard) -> None:
        """A camera is back, if it was lost."""
        self._close(camera, at, back=True)

    def finish(self) -> None:
        """Ends the outages that the log does not see the end of."""
        for camera in list(self._lost):
            self._close(camera, self._heard[camera], back=False)

    def _close(self, camera: Camera, at: Heard, back: bool) -> None:
        lost = self._lost.pop(camera, None)
        if lost is None:
            return
        start = round(at.time - at.since(lost), 3)  # as precise as the log
        outage = Outage(camera, max(start, self._begin), min(at.time, self._end), back)
        if start < self._end and (start >= self._begin or outage.seconds > 0):
            self.ended.append(outage)
