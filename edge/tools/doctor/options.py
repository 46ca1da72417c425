"""The options of `doctor`. Only what the help needs is imported here."""

import argparse
from pathlib import Path

from edge.terminal.options import Commands, add_command


def add_doctor(commands: Commands) -> None:
    """Adds the command."""
    doctor = add_command(
        commands,
        "doctor",
        "what is installed, what is wrong with it, and the command that mends it",
        _run,
        "doctor",
        "doctor --source rtsp://camera/stream",
        "doctor --config /etc/emotion-edge/config.toml --json",
    )
    doctor.add_argument("--config", type=Path, metavar="F", help="check what these settings need too, such as a broker")
    doctor.add_argument("--source", metavar="S", help="the camera or stream to try, as run takes it (default: all)")
    doctor.add_argument("--json", action="store_true", help="the same for programs, on standard output")


def _run(options: argparse.Namespace) -> int:
    from edge.tools.doctor.command import examine

    return examine(options.config, options.source, options.json)
