"""The option --data, the same for every command that reads data sets, and what else options have in common."""

import argparse
import math
import os
from collections.abc import Callable
from pathlib import Path

from edge.contract.errors import InputError

VARIABLE = "EMOTION_EDGE_DATA"
"""Names the folder where --data is not given."""

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
"""For --precision: Keras' names of what is computed in while training."""


def add_data(parser: argparse.ArgumentParser, what: str = "a folder with the data sets") -> None:
    """Adds --data to a command; `what` says what it should hold."""
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get(VARIABLE),
        help=f"{what}, a CSV, or a folder or .zip of classes (default ${VARIABLE})",
    )


def data_of(options: argparse.Namespace) -> Path:
    """Where the data lie. Raises InputError where neither the option nor the variable says."""
    if options.data is None:
        raise InputError(f"where is the data? Give --data or set {VARIABLE}")
    return Path(options.data)


def positive(text: str) -> int:
    """For argparse: a whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def seed(text: str) -> int:
    """For argparse: what every library that draws at random takes, 0 to 2 ** 32 - 1."""
    value = int(text)
    if not 0 <= value < 2**32:
        raise argparse.ArgumentTypeError(f"{text} is not in 0 to {2**32 - 1}")
    return value


def at_least(least: float, own: bool = True) -> Callable[[str], float]:
    """For argparse: a number from `least` on, itself included or not."""

    def number(text: str) -> float:
        value = float(text)
        if not (value >= least if own else value > least) or value == math.inf:
            raise argparse.ArgumentTypeError(
                f"{text} is not a number {'from' if own else 'above'} {least:g}{' on' * own}"
            )
        return value

    return number
