"""What the options of all commands have in common."""

import argparse
import logging
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` gives: the place where a command is added."""


class CommandParser(argparse.ArgumentParser):
    """The parser of one command, which answers for its unknown options itself: argparse leaves that to the program's,
    whose usage names no options of the command."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's, but ends with code 2 where something is left over."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = re.findall(r"--[a-z][-a-z]*", self.format_help())
            near = get_close_matches(unknown[0].partition("=")[0], options, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            self.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
        return found, unknown


def add_command(
    commands: Commands, name: str, about: str, run: Callable[[argparse.Namespace], int], *examples: str
) -> argparse.ArgumentParser:
    """Adds a command, with the options that all of them have.

    Args:
        commands: where to add it.
        name: the word that calls it.
        about: what it does, in one line that begins with a small letter.
        run: does it, given all options, and returns the exit code.
        examples: each a whole command line without the program's name, such as "run --source 0".
    """
    parser = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=example_text(examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_level(parser, argparse.SUPPRESS)
    parser.set_defaults(run=run)
    return parser


def example_text(examples: Sequence[str]) -> str:
    """The end of a command's help."""
    word = "example" if len(examples) == 1 else "examples"
    return "\n".join([f"{word}:", *(f"  python -m edge {example}" for example in examples)])


def add_level(parser: argparse.ArgumentParser, default: Any = logging.WARNING) -> None:
    """Adds --quiet and --verbose, which set `level`, the least level of messages that is shown.

    Commands must leave `default` at argparse.SUPPRESS, or theirs would hide what stood in front of their name.
    """
    parser.add_argument(
        "-q",
        "--quiet",
        action="store_const",
        dest="level",
        const=logging.ERROR,
        default=default,
        help="say nothing but errors and results",
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action=_Louder,
        dest="level",
        nargs=0,
        default=default,
        help="say more; -vv even more",
    )


def add_models(parser: argparse.ArgumentParser, threads: int | None = 1) -> None:
    """Adds --models and --threads; `threads` is the latter's default, None where a setting has one."""
    parser.add_argument("--models", type=Path, metavar="DIR", help="folder with emotion.tflite and gate.tflite")
    parser.add_argument(
        "--threads", type=positive, default=threads, metavar="N", help="processor cores to use (default 1)"
    )


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Adds --profile."""
    parser.add_argument("--profile", type=Path, metavar="F", help="a person's profile, made by calibrate")


def positive(text: str) -> int:
    """A whole number of at least 1, for `type=`."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


class _Louder(argparse.Action):
    """Once shows what happens, twice also what only a programmer wants to know."""

    def __call__(self, _parser: object, namespace: argparse.Namespace, _values: object, _option: object = None) -> None:
        louder = getattr(namespace, self.dest, logging.WARNING) <= logging.INFO
        setattr(namespace, self.dest, logging.DEBUG if louder else logging.INFO)
