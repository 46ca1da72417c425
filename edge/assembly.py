"""Builds the pipeline from plain values: the one place that knows every stage and where the models lie."""

from functools import partial
from pathlib import Path

from edge.contract.classifier import Classifier
from edge.contract.errors import ModelError
from edge.contract.paths import is_file
from edge.contract.places import models_folder
from edge.contract.records import ModelInfo
from edge.pipeline import Pipeline
from edge.vision.detector import HaarDetector
from edge.vision.emotion import Emotion
from edge.vision.gate import Gate
from edge.vision.search import Search
from edge.vision.smoothing import Smoother
from edge.vision.timing import Timing
from edge.vision.tracker import Tracker


def load_classifier(task: str, models: Path | None = None, threads: int = 1, profile: Path | None = None) -> Classifier:
    """Loads `emotion.tflite` or `gate.tflite`, named as its task, from a folder (None: the one of this package).

    Raises:
        ModelError: it is missing, or cannot be used.
        ConfigurationError: the profile is missing, cannot be used, or is for another model.
    """
    path = (models or models_folder()) / f"{task}.tflite"
    if not is_file(path, ModelError):
        raise ModelError(
            f"{path}: no such model; copy it and its .json there, or make them: python -m train fit {task} "
            f"--out runs/{task} && python -m convert runs/{task}/model.keras --out {path}"
        )
    return Classifier.load(path, task, threads, profile)


_WINDOW = 0.8
"""Side of the smallest window that the detector looks at, as a share of the smallest face's: it finds few faces at the
very smallest size, and of 300 FER2013 faces of 60 pixels 57 % with windows from 48 and 32 % with windows from 60."""


def load_pipeline(
    models: Path | None = None,
    threads: int = 1,
    *,
    cascade: Path | None = None,
    scale_factor: float = 1.2,
    min_neighbors: int = 2,
    smallest: int = 60,
    search_width: int = 320,
    search_every: float = 0.4,
    gate_threshold: float | None = None,
    emotion_threshold: float | None = None,
    patience: float = 1.0,
    smoothing: float = 0.7,
    profile: Path | None = None,
    timing: Timing | None = None,
) -> Pipeline:
    """Builds a pipeline that is ready for frames.

    Args:
        models: the folder of `emotion.tflite`, `gate.tflite` and their manifests; None takes those of this package.
        threads: for each model, and for OpenCV in the whole process.
        cascade: the detector's XML file; None takes OpenCV's own.
        scale_factor: ratio of one size that the detector looks for to the next, over 1.
        min_neighbors: overlapping hits that make a face.
        smallest: side of the smallest face to find, in pixels of the frame. Not under the frame's width x 25 /
            `search_width` (50 of 640 at 320), and not under 25: the cascade sees none there, whatever is asked for.
        search_width: pixels; wider frames are searched at this width. For group photos take more.
        search_every: seconds of stream between searches for new faces everywhere; in between, faces are looked for
            where they were. 0 searches every frame whole.
        gate_threshold: probability of a human, 0 to 1, that lets a window through; None takes the manifest's.
        emotion_threshold: best probability, 0 to 1, under which a face is "uncertain"; None takes the manifest's.
        patience: seconds for which a face may be out of sight and keep its track; three frames where those take longer.
        smoothing: time constant of the mean probabilities in seconds.
        profile: a person's profile, a file that `calibrate` made; None for nobody's.
        timing: is told how long the stages take; None for nobody.

    Raises:
        ModelError: a model is missing or cannot be used.
        ConfigurationError: OpenCV has no cascade, or the file is missing or broken; or the profile cannot be used,
            or is for another model.
    """
    emotions, humans = load_classifier("emotion", models, threads, profile), load_classifier("gate", models, threads)
    emotion, gate = Emotion(emotions, emotion_threshold), Gate(humans, gate_threshold)
    detector = HaarDetector(cascade, scale_factor, min_neighbors, round(_WINDOW * smallest), search_width, threads)
    return Pipeline(
        Search(detector, search_every, patience),
        gate,
        emotion,
        Tracker(patience=patience),
        partial(Smoother, emotion.threshold, tau=smoothing),
        (_info(emotions, emotion.threshold), _info(humans, gate.threshold)),
        timing,
    )


def load_photo_pipeline(models: Path | None = None, threads: int = 1, profile: Path | None = None) -> Pipeline:
    """The same for single photos. One is looked at once, and may be large: it is searched finer than a frame.

    Raises:
        ModelError: as `load_pipeline`.
        ConfigurationError: as `load_pipeline`.
    """
    return load_pipeline(models, threads, profile=profile, search_width=1280, smallest=50)


def _info(classifier: Classifier, threshold: float) -> ModelInfo:
    manifest, profile = classifier.manifest, classifier.profile
    correction = None if profile is None else profile.sha256
    return ModelInfo(manifest.task, manifest.task, manifest.sha256, threshold, correction)  # named as its task
