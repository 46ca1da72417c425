"""Who is in sight, and for how long each emotion was shown, from what an output is told."""

from collections.abc import Iterator

from edge.contract.records import Analysis, Observation


class Presence:
    """The faces whose tracks have begun and not ended, so that one missed frame changes nothing."""

    def __init__(self) -> None:
        self._faces: dict[int, Observation] = {}

    @property
    def faces(self) -> tuple[Observation, ...]:
        """Each as it was last seen; the one that has been in sight longest comes first."""
        return tuple(self._faces.values())

    def update(self, analysis: Analysis) -> None:
        """Takes the next frame."""
        for episode in analysis.episodes:
            self._faces.pop(episode.track, None)
        for seen in analysis.observations:
            self._faces[seen.track] = seen  # a known track keeps its place


class Shown:
    """How long each emotion was shown, while it is shown.

    The time since a face's last frame counts for what it showed then, as in an `Episode`. That it had before it was
    certain to be a face is known, and counted, when its episode ends: then all is as the episode says.
    """

    def __init__(self) -> None:
        self._tracks: dict[int, _Counted] = {}

    def passed(self, analysis: Analysis) -> Iterator[tuple[str, float]]:
        """Emotions, and by how many seconds each was shown longer with this frame. To be asked for every frame."""
        for episode in analysis.episodes:
            counted = self._tracks.pop(episode.track, _Counted()).seconds
            for emotion, seconds in episode.seconds:
                if seconds > counted.get(emotion, 0.0):
                    yield emotion, seconds - counted.get(emotion, 0.0)
        for seen in analysis.observations:
            track = self._tracks.setdefault(seen.track, _Counted())
            if track.emotion and analysis.mono > track.mono:
                seconds = analysis.mono - track.mono
                track.seconds[track.emotion] = track.seconds.get(track.emotion, 0.0) + seconds
                yield track.emotion, seconds
            track.emotion, track.mono = seen.emotion, analysis.mono


class _Counted:
    """What was counted of a track, and what it showed when."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.emotion = ""
        self.mono = 0.0
