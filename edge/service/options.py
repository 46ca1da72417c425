"""The options of `run`. Only what the help needs is imported here."""

import argparse
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from edge.terminal.options import Commands, add_command, add_models, add_profile, positive

if TYPE_CHECKING:
    from edge.outputs.output import Viewer
    from edge.pipeline import Pipeline
    from edge.service.configuration import Configuration

OpenViewer: TypeAlias = "Callable[[str, str | None, Callable[[], Pipeline]], Viewer]"
"""Makes what shows a run: where it listens, the token or None, and what makes the pipeline that looks at photos."""

_SETTINGS = {
    "source": ("camera", "source"),
    "camera": ("camera", "name"),
    "log": ("log", "path"),
    "models": ("vision", "models"),
    "threads": ("vision", "threads"),
    "profile": ("vision", "profile"),
    "preview": ("web", "listen"),
}
"""Options that override a setting: section and key."""


def add_run(commands: Commands, open_viewer: OpenViewer) -> None:
    """Adds the command; `open_viewer` makes what --preview asks for."""
    run = add_command(
        commands,
        "run",
        "look at a camera, a video or a folder of pictures",
        _run,
        "run --source 0 --log emotions.jsonl",
        "run --config edge.toml --check",
    )
    run.set_defaults(open_viewer=open_viewer)
    run.add_argument("--config", type=Path, metavar="F", help="settings, TOML; the options below override them")
    run.add_argument(
        "--check", action="store_true", help="only print the settings in effect, or what is wrong with them"
    )
    run.add_argument(
        "--source",
        metavar="S",
        help="picamera, a camera's number or device, a URL (rtsp, http), a video, a folder of pictures, or demo "
        "(default 0)",
    )
    run.add_argument("--log", type=Path, metavar="F", help="append events to this file as JSON Lines (- for output)")
    run.add_argument("--camera", metavar="NAME", help="the camera's name in the log (default: as its source)")
    run.add_argument(
        "--wait",
        action="store_true",
        help="wait for a camera that is not there, and for an address to listen on, as a service does",
    )
    run.add_argument("--preview", metavar="[HOST:]PORT", help="show what it sees on a web page, http://127.0.0.1:PORT/")
    run.add_argument("--max-frames", type=positive, metavar="N", help="stop after this many frames")
    add_models(run, threads=None)
    add_profile(run)


def _run(options: argparse.Namespace) -> int:
    from edge.service.configuration_reading import load_configuration

    given = {key: (f"--{name}", getattr(options, name)) for name, key in _SETTINGS.items()}
    effective = load_configuration(options.config, {key: pair for key, pair in given.items() if pair[1] is not None})
    viewer = _viewer(effective.configuration, options.open_viewer)
    if options.check:
        from edge.service.configuration_text import describe

        sys.stdout.write(f"{describe(effective)}\n")
        return 0
    from edge.service.running import run

    silent = options.level > logging.WARNING
    run(effective.configuration, options.max_frames, wait=options.wait, silent=silent, viewer=viewer)
    return 0


def _viewer(settings: "Configuration", open_viewer: OpenViewer) -> "Viewer | None":
    web, vision = settings.web, settings.vision
    if web.listen is None:
        return None
    from edge.assembly import load_photo_pipeline

    load = partial(load_photo_pipeline, vision.models, vision.threads, vision.profile)
    return open_viewer(web.listen, None if web.token is None else web.token.value, load)
