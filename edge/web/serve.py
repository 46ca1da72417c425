"""`python -m edge serve`: the page by itself, with a camera or without one."""

import time
from functools import partial
from pathlib import Path

from edge import __version__
from edge.assembly import load_photo_pipeline, load_pipeline
from edge.capture.kinds import LIVE
from edge.capture.opening import kind_of, open_source, open_stream
from edge.capture.source import Stream
from edge.contract.interpreter import runtime
from edge.contract.records import ModelInfo, Start
from edge.pipeline import Pipeline
from edge.service.runner import Runner, heeding_signals
from edge.web.app import build_app
from edge.web.door import Door
from edge.web.photos import Photos
from edge.web.preview import Preview
from edge.web.recording import Repeated
from edge.web.server import Server


def serve(door: Door, source: str | None, models: Path | None, threads: int, profile: Path | None) -> None:
    """Serves the page until SIGINT, SIGTERM, or its terminal is closed.

    Args:
        door: where, and for whom.
        source: what to look at, as `edge.capture.opening` takes it; None for photos alone.
        models: the folder of the models; None takes those of the package.
        threads: processor cores for each model.
        profile: a person's profile; None for nobody's.

    Raises:
        EdgeError: a part cannot be had.
    """
    photos = Photos(partial(load_photo_pipeline, models, threads, profile))
    photos.open()  # a model that cannot be had is to be known now, not with the first photo
    if source is None:
        _serve_photos(door, photos)
    else:
        _serve_live(door, photos, source, load_pipeline(models, threads, profile=profile))


def _serve_photos(door: Door, photos: Photos) -> None:
    reasons: list[str] = []
    with heeding_signals(reasons.append), Server(build_app(door, photos, None, __version__), door) as server:
        _announce(door.url(server.port), "photos, and the browser's own camera")
        while not reasons:
            time.sleep(0.2)


def _serve_live(door: Door, photos: Photos, source: str, pipeline: Pipeline) -> None:
    with _open(source) as frames:
        preview = Preview(door, photos, partial(_announce, what=frames.description))
        runner = Runner(frames, pipeline, [preview], watch=preview.watch)
        with heeding_signals(runner.stop), preview:
            runner.run(partial(_start, source=frames.description, models=pipeline.models))


def _open(source: str) -> Stream:
    """What is live comes as it happens; a recording, in its own time and again and again."""
    if kind_of(source) in LIVE:
        return open_stream(source)
    return Repeated(partial(open_source, source))


def _announce(url: str, what: str) -> None:
    print(f"{url}  ({what}; Ctrl-C ends it)", flush=True)


def _start(wall: float, mono: float, source: str, models: tuple[ModelInfo, ...]) -> Start:
    return Start(wall, mono, __version__, runtime(), source, models)
