"""The conversion commands: `python -m convert MODEL --out NAME.tflite | compare | verify | inspect | calibration`."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from edge.contract.errors import EdgeError, OutputError
from edge.contract.quiet import discard_results, flush_results
from train.data_option import add_data, seed

_TASKS = ("emotion", "gate")
_RANGES = ("0..1", "-1..1", "0..255")
_KINDS = ("int8", "float16", "dynamic", "float32")
_HELP = ("-h", "--help")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    parser, names = _parser()
    given = _joined(sys.argv[1:] if arguments is None else arguments)
    command = next((name for name in names if given[:1] == [name]), None)
    if given and command is None and given[0] not in _HELP:
        given = ["model", *given]
    options = _parsed(parser, given, command)
    level = logging.DEBUG if getattr(options, "verbose", False) else logging.INFO
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("convert").setLevel(level)
    try:
        code = int(_command(options.command)(options))
        flush_results()
        return code
    except EdgeError as error:
        print(f"convert: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        discard_results()  # their reader has gone, as of `| head -1`: nothing to complain of
        return OutputError.exit_code
    except KeyboardInterrupt:
        return 130


def _parsed(parser: argparse.ArgumentParser, given: list[str], command: str | None) -> argparse.Namespace:
    """The options; where the command that was named is a network's folder as well, an error says how to name that."""
    try:
        return parser.parse_args(given)
    except SystemExit as stopped:
        if stopped.code and command and Path(command, "saved_model.pb").is_file():
            print(f"convert: {command} was taken for the command; the SavedModel here is ./{command}", file=sys.stderr)
        raise


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    from convert import commands  # numpy and the data sets: help and usage errors need none of it

    return getattr(commands, name)


def _joined(arguments: list[str]) -> list[str]:
    """`--input-range -1..1` as one word: argparse takes what begins with a dash for an option."""
    if "--input-range" not in arguments[:-1]:
        return arguments
    at = arguments.index("--input-range")
    return [*arguments[:at], f"--input-range={arguments[at + 1]}", *arguments[at + 2 :]]


def _parser() -> tuple[argparse.ArgumentParser, tuple[str, ...]]:
    parser = argparse.ArgumentParser(
        prog="python -m convert",
        usage="%(prog)s MODEL --out NAME.tflite [options] | COMMAND ...",
        description="Turns networks into .tflite files with a manifest, measured as the edge runs them.",
        epilog="python -m convert MODEL --out NAME.tflite is short for python -m convert model MODEL --out NAME.tflite",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", prog="python -m convert")
    for add in (_add_model, _add_compare, _add_verify, _add_inspect, _add_calibration):
        add(commands)
    return parser, tuple(commands.choices)


def _add_model(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    model = commands.add_parser(
        "model",
        help="convert a network (the word may be left out)",
        prog="python -m convert",
        usage="%(prog)s MODEL --out NAME.tflite [options]",
    )
    model.add_argument("--out", type=_tflite, required=True, metavar="NAME.tflite", help="the manifest goes beside it")
    model.add_argument("--kind", choices=_KINDS, default="int8", help="int8: whole numbers throughout (default)")
    _add_network(model)
    limit = {"type": _points, "metavar": "POINTS"}
    model.add_argument("--max-drop", default=0.5, help="top-1 that may be lost (default %(default)s)", **limit)
    model.add_argument(
        "--max-recall-drop", default=3.0, help="recall that any label may lose (default %(default)s)", **limit
    )
    model.add_argument("--force", action="store_true", help="write what would be refused, and say so in the manifest")
    model.add_argument("--html", type=Path, metavar="PAGE", help="also write the page of train evaluate about it")
    model.add_argument(
        "--after-detection", action="store_true", help="in it also what is left behind the detector and the gate"
    )
    model.set_defaults(command="convert")


def _add_compare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    compare = commands.add_parser("compare", help="all kinds of one network in a table and a picture")
    _add_network(compare)
    compare.add_argument("--out", type=_picture, metavar="PICTURE", help="draw it too: .png or .svg")
    compare.add_argument("--runs", type=_positive, default=200, help="pictures to time (default %(default)s)")
    compare.add_argument("--json", action="store_true", help="the table for programs")
    compare.set_defaults(command="compare")


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="check models from their files alone")
    verify.add_argument("models", type=Path, nargs="+", metavar="NAME.tflite")
    verify.add_argument("--json", action="store_true", help="the answers for programs")
    verify.set_defaults(command="verify")


def _add_inspect(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    inspect = commands.add_parser("inspect", help="operators, multiply-adds and bytes of any .tflite")
    inspect.add_argument("model", type=Path, metavar="NAME.tflite")
    inspect.add_argument("--json", action="store_true", help="the table for programs")
    inspect.set_defaults(command="inspect")


def _add_calibration(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    calibration = commands.add_parser(
        "calibration", help="choose the training pictures that a model is calibrated on, and list their hashes"
    )
    calibration.add_argument("task", choices=_TASKS)
    add_data(calibration, "what the model was trained with: a folder")
    calibration.add_argument("--out", type=Path, required=True, metavar="LIST")
    calibration.add_argument("--images", type=_positive, default=280, help="all labels alike (default %(default)s)")
    calibration.add_argument(
        "--seed", type=seed, default=1, help="of the training and of the choice (default %(default)s)"
    )
    calibration.set_defaults(command="calibration")


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, metavar="MODEL", help=".keras, .h5 or the folder of a SavedModel")
    add_data(parser, "what the model was trained with: a folder")
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="PATH",
        help="a list of pictures of --data in place of models/calibration/TASK.txt; or, in place of --data, labelled "
        "pictures: class folders, a CSV in FER2013's form, an .npz",
    )
    parser.add_argument("--validation", type=Path, metavar="PATH", help="labelled pictures to measure on, if others")
    parser.add_argument("--task", choices=_TASKS, help="of a model that lies in no run folder")
    parser.add_argument(
        "--labels", type=_names, metavar="A,B,...", help="in output order, of a model that lies in no run folder"
    )
    parser.add_argument(
        "--input-range", choices=_RANGES, help="what it was trained on, if it does not scale pixels itself"
    )
    parser.add_argument("--licence", default="", metavar="TEXT", help="of the weights, for the manifest")
    parser.add_argument("--seed", type=seed, help="for data without a split of its own (default: the training's, or 1)")
    parser.add_argument("--verbose", action="store_true", help="show what TensorFlow reports")


def _tflite(text: str) -> Path:
    if not text.endswith(".tflite"):
        raise argparse.ArgumentTypeError(f"{text} does not end with .tflite")
    return Path(text)


def _picture(text: str) -> Path:
    if not text.endswith((".png", ".svg")):
        raise argparse.ArgumentTypeError(f"{text} does not end with .png or .svg")
    return Path(text)


def _points(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:  # NaN is not, either
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 100")
    return found


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
