"""The conversion commands: `python -m convert MODEL.keras --out NAME.tflite` and `python -m convert calibration`."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from edge.contract.errors import EdgeError
from train.data_option import add_data, data_of

_TASKS = ("emotion", "gate")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in _COMMANDS:
        make_parser, run = _COMMANDS[given[0]]
        options = make_parser().parse_args(given[1:])
    else:
        options, run = _model_parser().parse_args(given), _convert
    level = logging.DEBUG if getattr(options, "verbose", False) else logging.INFO
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    logging.getLogger("convert").setLevel(level)
    try:
        return run(options)
    except EdgeError as error:
        print(f"convert: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _model_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m convert",
        description="Turns a Keras model into NAME.tflite and its manifest NAME.json, measured as the edge runs them.",
        epilog="other commands: python -m convert calibration --help",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.keras")
    parser.add_argument("--out", type=_tflite, required=True, metavar="NAME.tflite", help="the manifest goes beside it")
    parser.add_argument("--kind", choices=("int8",), default="int8", help="int8: whole numbers throughout (default)")
    add_data(parser, "what the model was trained with: a folder")
    parser.add_argument("--calibration", type=Path, metavar="LIST", help="instead of models/calibration/TASK.txt")
    parser.add_argument("--task", choices=_TASKS, help="of a model that lies in no run folder")
    parser.add_argument(
        "--labels", type=_names, metavar="A,B,...", help="in output order, where it is not the usual one"
    )
    parser.add_argument("--seed", type=int, help="for data without a split of its own (default: the training's, or 1)")
    parser.add_argument(
        "--max-drop", type=float, default=0.5, metavar="POINTS", help="top-1 that may be lost (default %(default)s)"
    )
    parser.add_argument("--force", action="store_true", help="let a larger loss, or other data than trained on, pass")
    parser.add_argument("--verbose", action="store_true", help="show what TensorFlow reports")
    return parser


def _calibration_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m convert calibration",
        description="Chooses the training pictures that a model is calibrated on, and lists their hashes.",
    )
    parser.add_argument("task", choices=_TASKS)
    add_data(parser, "what the model was trained with: a folder")
    parser.add_argument("--out", type=Path, required=True, metavar="LIST")
    parser.add_argument("--images", type=_positive, default=280, help="all labels alike (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the training and of the choice (default %(default)s)")
    return parser


def _tflite(text: str) -> Path:
    if not text.endswith(".tflite"):
        raise argparse.ArgumentTypeError(f"{text} does not end with .tflite")
    return Path(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return int(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _convert(options: argparse.Namespace) -> int:
    from convert.calibration import choose
    from convert.conversion import convert
    from convert.report import describe
    from convert.source import load_source
    from convert.writing import check_writable, write_pair
    from train.datasets.tasks import LABELS, load

    check_writable(options.out)
    data = data_of(options)
    source = load_source(options.model, options.task, options.labels)
    seed = source.seed if options.seed is None else options.seed
    splits = load(source.task, data, seed)
    listed = choose(source.task, splits.train, LABELS[source.task], options.calibration, seed)
    converted = convert(source, splits, listed, options.out.stem, options.kind, options.max_drop, options.force)
    write_pair(options.out, converted.data, converted.manifest)
    print(describe(converted, options.out, options.model))
    return 0


def _calibration(options: argparse.Namespace) -> int:
    from convert.calibration import draw
    from convert.writing import check_writable
    from edge.contract.storage import write_whole
    from train.datasets.tasks import LABELS, load

    check_writable(options.out)
    splits = load(options.task, data_of(options), options.seed)
    listed = draw(splits.train, LABELS[options.task], options.images, options.seed)
    comment = (
        f"{len(listed.entries)} pictures of {splits.names[0]}: the sha256 of each one's grey pixels and its label.\n"
        f"Made by: python -m convert calibration {options.task} --images {options.images} --seed {options.seed}"
    )
    write_whole(options.out, listed.to_text(comment).encode())
    print(f"{options.out}: {len(listed.entries)} pictures of {splits.names[0]}")
    return 0


_COMMANDS: dict[str, tuple[Callable[[], argparse.ArgumentParser], Callable[[argparse.Namespace], int]]] = {
    "calibration": (_calibration_parser, _calibration),
}

if __name__ == "__main__":
    sys.exit(main())
