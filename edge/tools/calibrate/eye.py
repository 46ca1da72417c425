"""From a picture to what is kept of it: the emotion model's numbers of the one face in it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import Classifier
from edge.contract.preprocessing import face_crop
from edge.contract.records import Grey
from edge.pipeline import SMALL, Pipeline
from edge.tools.calibrate.samples import Samples, gather


@dataclass(slots=True)
class Take:
    """One stretch of time in which one expression was shown.

    Attributes:
        label: its position among the model's labels.
        part: the part of its expression's time; None where that is not divided yet.
        frames: looked at.
        embeddings: of those with one face.
        logits: of the same.
        times: of the same, in seconds.
    """

    label: int
    part: int | None = None
    frames: int = 0
    embeddings: list[NDArray[np.float32]] = field(default_factory=list)
    logits: list[NDArray[np.float32]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def faces(self) -> int:
        """How many frames showed one face."""
        return len(self.times)


class Eye:
    """Looks at pictures as a run does, and forgets them."""

    def __init__(self, pipeline: Pipeline, emotions: Classifier):
        """Takes what finds the faces, and the emotion model without a profile."""
        self._pipeline = pipeline
        self._emotions = emotions

    def look(self, grey: Grey, time: float, take: Take) -> None:
        """Adds a picture's face to a take, where there is exactly one: of two nobody knows whose it is."""
        take.frames += 1
        small = max(grey.shape) <= SMALL
        faces = [self._pipeline.whole(grey)] if small else self._pipeline.faces(grey)
        people = [face for face in faces if not face.rejected]
        if len(people) != 1:
            return
        crop = face_crop(grey, people[0].box, self._emotions.manifest.input.size)
        embedding, logits = self._emotions.features(crop)
        take.embeddings.append(embedding.copy())
        take.logits.append(logits.copy())
        take.times.append(time)


def samples_of(takes: list[Take]) -> Samples:
    """All that was seen, each label's in the order of time."""
    parts = [take.part for take in takes for _ in take.times]
    return gather(
        [embedding for take in takes for embedding in take.embeddings],
        [logits for take in takes for logits in take.logits],
        [take.label for take in takes for _ in take.times],
        [time for take in takes for time in take.times],
        None if None in parts else [part for part in parts if part is not None],
    )
