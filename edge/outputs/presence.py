"""Who is in sight, from what an output is told."""

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
