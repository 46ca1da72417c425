"""The pipeline for other people's programs: arrays in, what was seen out. `from edge import Pipeline`."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.assembly import load_pipeline
from edge.contract.errors import ConfigurationError, InputError
from edge.contract.preprocessing import to_grey
from edge.contract.records import Box, Frame, Grey
from edge.pipeline import Pipeline as Stages
from edge.vision.ranges import PROBABILITY, SEARCH_WIDTH, SMALLEST_FACE, THREADS, Range


@dataclass(frozen=True, slots=True)
class ObservedFace:
    """One face.

    Attributes:
        box: where it is, in pixels of the picture: `x`, `y` of the top left corner, `width`, `height`.
        emotion: the label of its expression, or "uncertain".
        probabilities: of each label, 0 to 1, summing to 1.
        confidence: the probability of `emotion`; the best one while uncertain.
        gate: the probability, 0 to 1, that this is a human face at all.
        track: of a stream, the number that this face keeps while it is in sight; None for a single picture.
    """

    box: Box
    emotion: str
    probabilities: Mapping[str, float]
    confidence: float
    gate: float
    track: int | None = None


class Pipeline:
    """Finds faces and reads their expressions, with the same models as the command line.

    What `load` makes searches finer than `run` and coarser than `image`, unless told otherwise: `search_width=320,
    smallest=60` searches as `run` does with its own settings, and `search_width=1280, smallest=50` as `image` does.

    Not for several threads at once; load one for each. Errors are `edge.EdgeError`s, each a line that says what is
    wrong and what to do about it.
    """

    def __init__(self, stages: Stages):
        """Takes the stages; `load` makes them."""
        self._stages = stages
        self._index = 0

    @classmethod
    def load(
        cls,
        models: str | PathLike[str] | None = None,
        *,
        profile: str | PathLike[str] | None = None,
        threads: int = 1,
        smallest: int = 60,
        search_width: int = 640,
        threshold: float | None = None,
    ) -> "Pipeline":
        """Loads the models, which takes a moment: once, not for every picture.

        Args:
            models: the folder of `emotion.tflite`, `gate.tflite` and their manifests; None takes those of this package.
            profile: a person's profile, made by `emotion-edge calibrate`; None for nobody's.
            threads: processor cores for each model, and for OpenCV in the whole process.
            smallest: side of the smallest face to find, in pixels of the picture. Not under the picture's width x 25 /
                `search_width` (50 of 1280 at 640), and not under 25, whatever is asked for.
            search_width: pixels; wider pictures are searched at this width. For photos of groups take more (1280), for
                a stream on a small board less (320).
            threshold: best probability, 0 to 1, under which a face is "uncertain"; None takes the model's own.

        Raises:
            ModelError: a model is missing or cannot be used.
            ConfigurationError: OpenCV has no face cascade, the profile cannot be used with this model, or a number is
                out of the range that it has in the settings of `run`.
        """
        _check("threads", threads, THREADS)
        _check("smallest", smallest, SMALLEST_FACE)
        _check("search_width", search_width, SEARCH_WIDTH)
        if threshold is not None:
            _check("threshold", threshold, PROBABILITY)
        return cls(
            load_pipeline(
                None if models is None else Path(models),
                threads,
                smallest=smallest,
                search_width=search_width,
                emotion_threshold=threshold,
                profile=None if profile is None else Path(profile),
            )
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """All emotions that the model knows."""
        return self._stages.labels

    def analyze(self, frame: NDArray[Any]) -> tuple[ObservedFace, ...]:
        """Looks at a single picture. Nothing is tracked or smoothed, and a stream in progress is not disturbed.

        Args:
            frame: uint8, shape (h, w) grey or (h, w, 3) BGR as OpenCV reads it; BGRA and uint16 are taken too.

        Returns:
            The faces that the gate lets through, largest first.

        Raises:
            InputError: the array is no such picture.
        """
        faces = [(face, face.scores) for face in self._stages.faces(_grey(frame))]
        threshold = self._stages.threshold
        return tuple(
            ObservedFace(face.box, scores.label(threshold), dict(scores), scores.confidence, face.gate)
            for face, scores in faces
            if scores is not None
        )

    def process(self, frame: NDArray[Any], time: float) -> tuple[ObservedFace, ...]:
        """Looks at the next frame of a stream: faces are followed, and their probabilities smoothed over time.

        A face is reported from the moment on when it was seen for long enough to be one. A frame of another size, or
        from before the last one, begins a new stream.

        Args:
            frame: as `analyze` takes it.
            time: seconds from any origin, such as `time.monotonic()` or a video's position.

        Raises:
            InputError: the array is no such picture.
        """
        analysis = self._stages.analyze(Frame(self._index, time, time, _grey(frame)))
        self._index += 1
        return tuple(
            ObservedFace(seen.box, seen.emotion, dict(seen.scores), seen.confidence, seen.gate, seen.track)
            for seen in analysis.observations
        )

    def finish(self) -> None:
        """Ends the stream: the next frame that is processed begins a new one."""
        self._stages.finish()


def _check(name: str, value: float, allowed: Range) -> None:
    if not allowed.admits(value):
        raise ConfigurationError(f"{name}: {value} is out of range: {allowed}")


def _grey(frame: NDArray[Any]) -> Grey:
    if not isinstance(frame, np.ndarray):
        raise InputError(f"not a picture: {type(frame).__name__}; give a numpy array, as cv2.imread returns it")
    return to_grey(frame)
