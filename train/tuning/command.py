"""The command `python -m train tune`."""

import argparse
import contextlib
import dataclasses
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.contract.errors import ConfigurationError, InputError
from train.data_option import PRECISIONS, add_data, data_of, positive, seed

if TYPE_CHECKING:
    from train.datasets.examples import Splits
    from train.recipes import Recipe
    from train.tuning.trials import Train, Tried

_EXAMPLE = """example:
  python -m train tune blocks-5 --trials 40 --epochs 10 --data ~/fer2013 --out runs/tuning
The same command goes on with a study that was stopped, in the middle of a training too; more --trials extend it."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "tune",
        help="look for better filters, activation, penalties, dropout and rate",
        description="Draws settings with Optuna, trains each, and judges it on the validation split; the test split "
        "is not read. Writes trials.csv, trials.xlsx and tuning.png, and a run folder a trial.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", nargs="?", default="blocks-5", help="blocks-3 to blocks-6 (default %(default)s)")
    add_data(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="of the study, new or to go on with")
    parser.add_argument("--trials", type=positive, default=20, metavar="N", help="in all (default %(default)s)")
    parser.add_argument("--epochs", type=positive, default=10, metavar="N", help="of each trial (default %(default)s)")
    parser.add_argument("--limit", type=positive, metavar="N", help="train on N pictures, all labels in proportion")
    parser.add_argument("--precision", choices=PRECISIONS, help="of each training, instead of the recipe's")
    parser.add_argument(
        "--seed", type=seed, default=1, help="of settings, pictures and trainings (default %(default)s)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs it."""
    _check_installed()
    data = data_of(options)

    from train.tuning.space import tunable

    recipe = dataclasses.replace(tunable(options.recipe), epochs=options.epochs)
    recipe = dataclasses.replace(recipe, precision=options.precision or recipe.precision)

    from train.framework import load_keras

    load_keras()

    from train.datasets.examples import limited
    from train.datasets.tasks import load
    from train.run_folder import data_record
    from train.tuning.trials import Tuning, said

    splits = load(recipe.task, data, options.seed)
    splits = dataclasses.replace(splits, train=limited(splits.train, options.limit, options.seed))
    if options.limit and len(set(splits.train.labels.tolist())) < 2:
        raise InputError(f"--limit {options.limit} leaves a single label to learn")
    settled = {
        "recipe": options.recipe,
        "epochs": options.epochs,
        "seed": options.seed,
        "data": data_record(splits, data)["sha256"],
    }
    if recipe.precision != tunable(options.recipe).precision:
        settled["precision"] = recipe.precision
    tuning = Tuning(options.out, settled, options.seed)

    def after(tried: "Sequence[Tried]") -> None:
        _write(options.out, tuning, settled, tried)

    after(tuning.tried())
    with contextlib.redirect_stdout(sys.stderr):  # Keras' own lines are not the result
        tuning.run(options.trials, _trainer(options, recipe, splits, data), after)
    best = max(tuning.tried(), key=lambda one: one.figures["top1"])
    print(f"best of {len(tuning.tried())}: {best.folder}, validation top-1 {best.figures['top1']:.2%}")
    print(f"  {said(best.values)}")
    print(f"trials: {options.out / 'trials.xlsx'}, {options.out / 'trials.csv'}; picture: {options.out / 'tuning.png'}")
    return 0


def _trainer(options: argparse.Namespace, recipe: "Recipe", splits: "Splits", data: Path) -> "Train":
    from train.fit import fit, start
    from train.run_folder import RunFolder
    from train.tuning.space import applied

    def train(values: dict[str, Any], folder: Path) -> dict[str, float]:
        if folder.exists():
            run = RunFolder.open(folder)
        else:
            tried = applied(recipe, values)
            run = start(options.recipe, tried, splits, folder, options.seed, data, options.typed)
        found = fit(run, splits, chosen=("validation",))
        (measured,) = found["sets"].values()
        kept = {name: measured[name] for name in ("top1", "top3", "macro_f1")}
        return {**kept, "best_epoch": found["best_epoch"], "parameters": found["parameters"]}

    return train


def _write(out: Path, tuning: Any, settled: dict[str, Any], tried: "Sequence[Tried]") -> None:
    from train.tuning.picture import plot_tuning
    from train.tuning.record import write_csv, write_workbook

    if tried:
        write_csv(tried, out / "trials.csv")
        write_workbook(tried, settled, out / "trials.xlsx")
        plot_tuning(tried, tuning.importances(), out / "tuning.png")


def _check_installed() -> None:
    packages = {"optuna": "optuna", "openpyxl": "openpyxl", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}
    missing = [name for package, name in packages.items() if importlib.util.find_spec(package) is None]
    if missing:
        wanted = "python -m pip install -r requirements-train.txt"
        raise ConfigurationError(f"tuning needs {', '.join(missing)}, which is not installed; install with: {wanted}")
