"""The options of `calibrate`. Only what the help needs is imported here."""

import argparse
from functools import partial
from pathlib import Path

from edge.terminal.options import Commands, add_command, add_models

_SESSION = {
    "config": "--config",
    "source": "--source",
    "material": "--from",
    "neutral_only": "--neutral-only",
    "labels": "--labels",
    "seconds": "--seconds",
    "models": "--models",
    "threads": "--threads",
}
"""Options that say how a profile is made."""


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
    forget = add_command(actions, "forget", "delete a profile", partial(_forget, calibrate), "calibrate forget me.json")
    forget.add_argument("file", type=Path, nargs="?", metavar="F", help="(default: --out, or in your state directory)")


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


def _forget(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    """Deletes the file that is named, in whichever of the two ways."""
    idle = [option for name, option in _SESSION.items() if getattr(options, name)]
    if idle:
        parser.error(f"{', '.join(idle)}: not with forget, which makes no profile")
    named = list(dict.fromkeys(path for path in (options.out, options.file) if path is not None))
    if len(named) > 1:
        parser.error(f"{' and '.join(map(str, named))}: name one profile to forget")
    from edge.tools.calibrate.place import default_place, forget

    gone = forget(named[0] if named else None)
    print(f"forgotten: {gone}" if gone else f"nothing to forget: {default_place()} is not there")
    return 0
