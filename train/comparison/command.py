"""The command `python -m train compare`."""

import argparse
import contextlib
import importlib.util
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edge.contract.errors import ConfigurationError, InputError
from train.data_option import PRECISIONS, add_data, data_of, positive, seed

if TYPE_CHECKING:
    from train.comparison.contender import Contender

log = logging.getLogger(__name__)

_SHORT = 10
"""Epochs of a quick comparison."""

_EXAMPLE = """examples:
  python -m train compare runs/emotion-* runs/svm-*                               what is there already
  python -m train compare --train all --convert --out runs/study --data ~/fer2013  10 epochs each, then the table
  python -m train compare --train all --convert --out runs/study --full            the published epochs
  python -m train compare --train blocks-5 --balance all --out runs/balancing      every way to balance labels
  python -m train compare runs/mine train/STUDY.csv --out runs/wider               a run beside those of a table
The same command goes on with trainings that were stopped."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "compare",
        help="trainings side by side: accuracy, parameters, int8 size and time",
        description="Compares finished runs. An int8 model is looked for as model.tflite in the run folder. What an "
        "earlier comparison wrote as comparison.csv can stand beside them: its rows are taken as they are.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "runs", type=Path, nargs="*", metavar="RUN", help="run folders of fit or baseline, or comparison.csv"
    )
    parser.add_argument("--train", nargs="+", default=[], metavar="RECIPE", help="train these first, or all of them")
    parser.add_argument("--balance", nargs="+", default=[], metavar="METHOD", help="each of them so, or in all ways")
    parser.add_argument("--full", action="store_true", help="train the published epochs")
    parser.add_argument("--epochs", type=positive, metavar="N", help=f"train at most N instead (default {_SHORT})")
    parser.add_argument("--precision", choices=PRECISIONS, help="of each training, instead of its recipe's")
    parser.add_argument("--convert", action="store_true", help="convert what has no int8 model yet")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for trainings and comparison.md, .csv and .png")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--runs-timed", type=positive, default=200, metavar="N", help="pictures (default %(default)s)")
    parser.add_argument("--seed", type=seed, default=1, help="of the trainings (default %(default)s)")
    add_data(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs it."""
    _check(options)
    from train.comparison.table import from_csv

    earlier = [one for path in options.runs if path.suffix == ".csv" for one in from_csv(path)]
    folders = [path for path in options.runs if path.suffix != ".csv"]
    folders += _train(options) if options.train else []
    if not folders and not earlier:
        raise InputError("nothing to compare: none of these can be trained on this data")

    from train.comparison.contender import read_contender
    from train.comparison.measuring import timed
    from train.comparison.table import to_json, to_text

    if options.convert:
        _convert(folders, data_of(options))
    contenders = timed([read_contender(path) for path in folders], options.runs_timed)
    names = {one.path.name for one in contenders}
    contenders += [one for one in earlier if one.path.name not in names]
    print(to_json(contenders) if options.json else to_text(contenders))
    if options.out:
        _write(options.out, contenders)
    return 0


def _check(options: argparse.Namespace) -> None:
    from train.balancing import METHODS
    from train.comparison.training import ALL, KNOWN

    if not options.runs and not options.train:
        raise InputError("nothing to compare: name run folders, or --train recipes")
    if options.train and not options.out:
        raise InputError("--train needs --out, the folder for the trainings")
    if (options.full or options.epochs or options.balance or options.precision) and not options.train:
        raise InputError("--full, --epochs, --balance, --precision say how to --train; without it nothing is trained")
    if options.full and options.epochs:
        raise InputError("--full and --epochs contradict each other")
    options.train = list(ALL) if options.train == ["all"] else options.train
    options.balance = list(METHODS) if options.balance == ["all"] else options.balance
    for given, known, what in ((options.train, KNOWN, "emotion recipe"), (options.balance, METHODS, "way to balance")):
        for name in given:
            if name not in known:
                raise InputError(f"no {what} {name!r}; there are {', '.join(known)}, or all")
    if options.out and importlib.util.find_spec("matplotlib") is None:
        wanted = "python -m pip install -r requirements-train.txt"
        raise ConfigurationError(f"--out draws with matplotlib, which is not installed; install it with: {wanted}")


def _train(options: argparse.Namespace) -> list[Path]:
    from train.framework import load_keras

    data = data_of(options)
    load_keras()
    from train.balancing import BalancingError
    from train.comparison.training import plans, train

    epochs = None if options.full else options.epochs or _SHORT
    wanted = list(plans(options.train, options.balance, epochs, options.out, options.precision))
    done = []
    with contextlib.redirect_stdout(sys.stderr):  # Keras' own lines are not the result
        for plan in wanted:
            try:
                train(plan, data, options.seed, options.typed)
                done.append(plan.path)
            except BalancingError as error:
                log.warning("not trained: %s: %s", plan.path.name, error)
    return done


def _convert(folders: Sequence[Path], data: Path) -> None:
    """What cannot be converted is said, and compared without."""
    from train.comparison.contender import converted_path
    from train.comparison.measuring import ConversionError, convert
    from train.run_folder import RunFolder

    for path in folders:
        run = RunFolder.open(path)
        if run.model.exists() and not converted_path(run).exists():
            try:
                convert(path, data)
            except ConversionError as error:
                log.warning("not converted: %s", error)


def _write(out: Path, contenders: "Sequence[Contender]") -> None:
    from edge.contract.storage import write_whole
    from train.comparison.picture import plot_comparison
    from train.comparison.table import to_csv, to_markdown

    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / "comparison.md", to_markdown(contenders).encode())
    write_whole(out / "comparison.csv", to_csv(contenders).encode())
    written = "comparison.md, comparison.csv"
    if plot_comparison(contenders, out / "comparison.png"):
        written += ", comparison.png"
    else:
        log.info("no picture: it takes two runs with an int8 model (--convert makes them)")
    print(f"written to {out}: {written}", file=sys.stderr)
