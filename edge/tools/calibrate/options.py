"""The options of `calibrate`. Only what the help needs is imported here."""

import argparse
from pathlib import Path

from edge.terminal.options import Commands, add_command, add_models


def add_calibrate(commands: Commands) -> None:
    """Adds the command."""
    calibrate = add_command(
        commands,
        "calibrate",
        "fit a personal profile to your face, keep it where it is better: numbers, no pictures",
        _calibrate,
        "calibrate --source 0",
        "calibrate --neutral-only",
        "calibrate --from my-faces/",
        "calibrate forget",
    )
    calibrate.add_argument("--config", type=Path, metavar="F", help="settings of the run that it is for, TOML")
    calibrate.add_argument("--source", metavar="S", help="the camera, as run takes it (default 0)")
    calibrate.add_argument(
        "--from",
        dest="material",
        type=Path,
        metavar="FOLDER",
        help="no camera: a folder with pictures in happy/, sad/, ... or recordings happy.mp4, ...",
    )
    calibrate.add_argument("--out", type=Path, metavar="F", help="the profile (default: in your state directory)")
    calibrate.add_argument(
        "--neutral-only", action="store_true", help="only your face at rest: correct what it is mistaken for"
    )
    calibrate.add_argument(
        "--labels", type=_labels, metavar="A,B", help="only these expressions (default: all of the model)"
    )
    calibrate.add_argument(
        "--seconds",
        type=_seconds,
        metavar="N",
        help="hold each expression so long, three times (default 3); the face at rest once (default 10)",
    )
    add_models(calibrate, threads=None)
    actions = calibrate.add_subparsers(metavar="[forget]", title="instead")
    forget = add_command(actions, "forget", "delete a profile", _forget, "calibrate forget me.json")
    forget.add_argument("file", type=Path, nargs="?", metavar="F", help="(default: in your state directory)")


def _labels(text: str) -> list[str]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("names no expression")
    return list(dict.fromkeys(names))


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 60:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 60")
    return value


def _calibrate(options: argparse.Namespace) -> int:
    from edge.tools.calibrate.command import calibrate

    return calibrate(options)


def _forget(options: argparse.Namespace) -> int:
    from edge.tools.calibrate.place import default_place, forget

    gone = forget(options.file)
    print(f"forgotten: {gone}" if gone else f"nothing to forget: {default_place()} is not there")
    return 0
