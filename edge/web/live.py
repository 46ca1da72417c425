"""What is to be seen now: the newest frame with its faces, or why there is none.

The run puts it here and goes on; whoever wants to see it takes it from here. Neither waits for the other.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from edge.contract.records import Analysis, CameraEvent, Frame, Moment, Pause, Start, Stop
from edge.web.timeline import Timeline

State = Literal["waiting", "live", "lost", "paused", "ended"]

_RATE_OVER = 3.0
"""Seconds over which the frame rate is the mean."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen: `frame` and `analysis` while `state` is "live", else `reason` may say why there are none.

    `number` grows with every change.
    """

    number: int = 0
    state: State = "waiting"
    reason: str = ""
    frame: Frame | None = None
    analysis: Analysis | None = None


class Live:
    """Holds the newest scene, and the last minutes without pictures.

    Attributes:
        scene: the newest one; replaced as a whole, so that any thread may read it.
        timeline: the last minutes.
        source: what is being looked at, for people.
    """

    def __init__(self, source: str = "", clock: Callable[[], float] = time.monotonic):
        """Takes what is being looked at, where it is known, and a clock in seconds that never runs backwards."""
        self.scene = Scene()
        self.timeline = Timeline()
        self.source = source
        self._clock = clock
        self._times: deque[float] = deque(maxlen=512)

    def watch(self, frame: Frame, analysis: Analysis) -> None:
        """Takes the next frame with what was found in it."""
        self._times.append(self._clock())
        self.timeline.add(frame.mono, (seen.emotion for seen in analysis.observations))
        self._show("live", frame=frame, analysis=analysis)

    def handle(self, moment: Moment) -> None:
        """Takes what else happens. A picture is forgotten as soon as no new ones are to follow it."""
        match moment:
            case Start():
                self.source = moment.source
            case CameraEvent(state="lost"):
                self._show("lost", moment.reason)
            case CameraEvent() | Pause(state="ended"):
                self._show("waiting")
            case Pause():
                self._show("paused")
            case Stop():
                self._show("ended", moment.reason)

    def end(self) -> None:
        """Nothing more will come: nobody is kept waiting for it."""
        if self.scene.state != "ended":
            self._show("ended")

    @property
    def fps(self) -> float:
        """Frames a second over the last seconds."""
        now = self._clock()
        recent = [at for at in self._times.copy() if now - at <= _RATE_OVER]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0

    def _show(
        self, state: State, reason: str = "", frame: Frame | None = None, analysis: Analysis | None = None
    ) -> None:
        self.scene = Scene(self.scene.number + 1, state, reason, frame, analysis)
