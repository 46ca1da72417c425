"""What a person at a terminal sees of a run: one line for each change."""

from types import TracebackType
from typing import Self, TextIO

from edge.contract.records import Analysis, CameraEvent, Episode, ModelInfo, Moment, Observation, Pause, Start, Stop


class Console:
    """Prints each change with its time since the start, in seconds."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._started = 0.0

    def handle(self, moment: Moment) -> None:
        """Prints what the moment says, if it says anything."""
        match moment:
            case Start():
                self._started = moment.mono
                names = ", ".join(map(_model, moment.models))
                self._say(moment.mono, f"looking at {moment.source} with {names} on {moment.runtime}")
            case Analysis():
                for episode in moment.episodes:
                    self._say(moment.mono, _gone(episode))
                for seen in moment.observations:
                    if seen.changed:
                        self._say(moment.mono, _changed(seen))
            case CameraEvent():
                self._say(moment.mono, f"camera {moment.state}" + (f": {moment.reason}" if moment.reason else ""))
            case Pause():
                self._say(moment.mono, f"pause {moment.state}")
            case Stop():
                counts = f"{_counted(moment.frames, 'frame')}, {_counted(moment.faces, 'face')} seen"
                self._say(moment.mono, f"stopped ({moment.reason}): {counts}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.flush()

    def _say(self, mono: float, text: str) -> None:
        print(f"{mono - self._started:8.1f} s  {text}", file=self._stream, flush=True)


def _model(model: ModelInfo) -> str:
    return f"{model.name} {model.sha256[:8]}" + (f" (profile {model.profile[:8]})" if model.profile else "")


def _changed(seen: Observation) -> str:
    what = "appears:" if seen.started else "is now  "
    return f"face {seen.track} {what} {seen.emotion:9} {seen.confidence:4.0%}  {_bar(seen.confidence)}"


def _gone(episode: Episode) -> str:
    parts = ", ".join(f"{label} {seconds:.1f} s" for label, seconds in episode.seconds)
    return f"face {episode.track} is gone after {episode.duration:.1f} s ({parts})"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _bar(share: float, width: int = 20) -> str:
    full = round(share * width)
    return "█" * full + "░" * (width - full)
