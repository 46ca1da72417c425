"""The options of `bench`. Only what the help needs is imported here."""

import argparse
from functools import partial
from pathlib import Path

from edge.terminal.options import Commands, add_command
from edge.tools.bench.settings import FLAGS, Settings, axis, read_flag


def add_bench(commands: Commands) -> None:
    """Adds the command."""
    bench = add_command(
        commands,
        "bench",
        "measure speed and memory, by stage",
        _run,
        "bench --sweep threads=1,2,4 size=320x240,640x480",
        "bench --json new.json --compare old.json",
        "bench --model models/emotion.tflite",
    )
    defaults = Settings()
    for name, flag in FLAGS.items():
        default = getattr(defaults, name)
        told = "" if default is None else f" (default {default})"
        bench.add_argument(
            f"--{name.replace('_', '-')}",
            type=partial(read_flag, name),
            default=default,
            metavar=flag.metavar,
            help=flag.help + told,
        )
    bench.add_argument(
        "--sweep", type=axis, nargs="+", default=[], metavar="NAME=V,V", help="measure the product of these settings"
    )
    bench.add_argument("--model", type=Path, metavar="F", help="measure this model alone, beside what it could reach")
    bench.add_argument(
        "--starts",
        type=_starts,
        default=3,
        metavar="N",
        help="fresh processes to start for the time to the first result; the median counts (default 3; 0: none)",
    )
    bench.add_argument("--name", default="", help=argparse.SUPPRESS)
    bench.add_argument("--json", type=Path, metavar="OUT", help="write all that was measured")
    bench.add_argument("--compare", type=Path, metavar="OLD", help="compare with an earlier --json; exit 1 if slower")
    bench.add_argument(
        "--max-slower",
        type=_ratio,
        default=1.10,
        metavar="X",
        help="how many times the time of before is still well (default %(default)s)",
    )


def _starts(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 99:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 99")
    return value


def _ratio(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not between 0.1 and 100")
    return value


def _run(options: argparse.Namespace) -> int:
    from edge.tools.bench.command import bench

    return bench(options)
