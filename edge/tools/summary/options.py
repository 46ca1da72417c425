"""The options of `summary`. Only what the help needs is imported here."""

import argparse
from pathlib import Path

from edge.terminal.options import Commands, add_command


def add_summary(commands: Commands) -> None:
    """Adds the command."""
    summary = add_command(
        commands,
        "summary",
        "what logs say: minutes per emotion and hour, faces, outages",
        _run,
        "summary emotions.jsonl --day yesterday --html yesterday.html",
    )
    summary.add_argument("logs", type=Path, nargs="+", metavar="LOG", help="a log; its rotated files come with it")
    summary.add_argument("--day", metavar="D", help="one local day: 2026-01-31, today or yesterday (default: all)")
    summary.add_argument("--csv", type=Path, metavar="OUT", help="write the events as a table")
    summary.add_argument("--html", type=Path, metavar="OUT", help="write a page with a timeline")


def _run(options: argparse.Namespace) -> int:
    from edge.tools.summary.command import summarize

    summarize(options.logs, options.day, options.csv, options.html)
    return 0
