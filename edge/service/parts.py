"""Parts of a run that other commands open alike: the same camera, seen in the same way."""

from edge.assembly import load_pipeline
from edge.capture.settings import CaptureSettings
from edge.capture.view import View
from edge.contract.records import Box
from edge.pipeline import Pipeline
from edge.service.configuration import Camera, Configuration
from edge.vision.timing import Timing

_SLOW = 2.0
"""Frames a second below which `vision.patience` alone, a second where nobody sets it, would end a track between two
frames, or at the first in which the face is missed."""
_SPAN = 3
"""Frames that the patience spans there at least."""


def capture_settings(camera: Camera) -> CaptureSettings:
    """How the settings say to read a camera."""
    region = Box(*camera.region) if camera.region else None
    flip = None if camera.flip == "none" else camera.flip
    view = View(rotate=camera.rotate, flip=flip, region=region)
    return CaptureSettings(
        size=camera.size, max_fps=camera.max_fps, buffers=camera.buffers, stale=camera.stale_after, view=view
    )


def patience_of(configuration: Configuration) -> float:
    """Seconds for which a face may be out of sight and still be the same one, as the settings together have it."""
    patience, fps = configuration.vision.patience, configuration.camera.max_fps
    return patience if fps >= _SLOW else max(patience, _SPAN / fps)


def pipeline_of(configuration: Configuration, timing: Timing | None = None) -> Pipeline:
    """The pipeline that the settings describe, `timing` being told how long its stages take; None for nobody.

    Raises ModelError and ConfigurationError as `load_pipeline`.
    """
    vision = configuration.vision
    return load_pipeline(
        vision.models,
        vision.threads,
        cascade=vision.cascade,
        smallest=configuration.camera.smallest_face,
        search_width=vision.search_width,
        gate_threshold=vision.gate_threshold,
        emotion_threshold=vision.emotion_threshold,
        patience=patience_of(configuration),
        smoothing=vision.smoothing,
        profile=vision.profile,
        timing=timing,
    )
