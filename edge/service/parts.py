"""Parts of a run that other commands open alike: the same camera, seen in the same way."""

from edge.assembly import load_pipeline
from edge.capture.settings import CaptureSettings
from edge.capture.view import View
from edge.contract.records import Box
from edge.pipeline import Pipeline
from edge.service.configuration import Camera, Configuration
from edge.vision.timing import Timing


def capture_settings(camera: Camera) -> CaptureSettings:
    """How the settings say to read a camera."""
    region = Box(*camera.region) if camera.region else None
    flip = None if camera.flip == "none" else camera.flip
    view = View(rotate=camera.rotate, flip=flip, region=region)
    return CaptureSettings(
        size=camera.size, max_fps=camera.max_fps, buffers=camera.buffers, stale=camera.stale_after, view=view
    )


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
        patience=vision.patience,
        smoothing=vision.smoothing,
        profile=vision.profile,
        timing=timing,
    )
