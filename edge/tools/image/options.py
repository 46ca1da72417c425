"""The options of `image`. Only what the help needs is imported here."""

import argparse
from pathlib import Path

from edge.terminal.options import Commands, add_command, add_models, add_profile


def add_image(commands: Commands) -> None:
    """Adds the command."""
    image = add_command(
        commands,
        "image",
        "look at photos: one JSON line each, or a table, and copies with what was seen drawn on them",
        _run,
        "image family.jpg",
        "image holidays/ --table --annotate marked/",
        "image face.png --whole",
    )
    image.add_argument("photos", type=Path, nargs="+", metavar="PHOTO", help="a picture, or a folder of pictures")
    image.add_argument("--whole", action="store_true", help="the whole picture is the face: do not search for one")
    image.add_argument("--table", action="store_true", help="a table for people in place of JSON")
    image.add_argument(
        "--annotate",
        type=Path,
        metavar="OUT",
        help="write copies with boxes, emotions and probabilities into this folder (for one photo also: this file)",
    )
    image.add_argument("--force", action="store_true", help="let --annotate replace files; originals it never does")
    add_models(image)
    add_profile(image)


def _run(options: argparse.Namespace) -> int:
    from edge.tools.image.command import look

    return look(options)
