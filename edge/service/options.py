"""The options of `run`. Only what the help needs is imported here."""

import argparse
import logging
import sys
from pathlib import Path

from edge.terminal.options import Commands, add_command, add_models, add_profile, positive

_SETTINGS = {
    "source": ("camera", "source"),
    "camera": ("camera", "name"),
    "log": ("log", "path"),
    "models": ("vision", "models"),
    "threads": ("vision", "threads"),
    "profile": ("vision", "profile"),
}
"""Options that override a setting: section and key."""


def add_run(commands: Commands) -> None:
    """Adds the command."""
    run = add_command(
        commands,
        "run",
        "look at a camera, a video or a folder of pictures",
        _run,
        "run --source 0 --log emotions.jsonl",
        "run --config edge.toml --check",
    )
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
    run.add_argument("--camera", metavar="NAME", help="the camera's name in the log (default: the source)")
    run.add_argument("--wait", action="store_true", help="wait for a camera that is not there, as a service does")
    run.add_argument("--max-frames", type=positive, metavar="N", help="stop after this many frames")
    add_models(run, threads=None)
    add_profile(run)


def _run(options: argparse.Namespace) -> int:
    from edge.service.configuration_reading import load_configuration

    given = {key: (f"--{name}", getattr(options, name)) for name, key in _SETTINGS.items()}
    effective = load_configuration(options.config, {key: pair for key, pair in given.items() if pair[1] is not None})
    if options.check:
        from edge.service.configuration_text import describe

        sys.stdout.write(f"{describe(effective)}\n")
        return 0
    from edge.service.running import run

    run(effective.configuration, options.max_frames, wait=options.wait, silent=options.level > logging.WARNING)
    return 0
