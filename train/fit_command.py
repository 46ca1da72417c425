"""The command `python -m train fit`."""

import argparse
import dataclasses
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.contract.errors import InputError
from train.data_option import PRECISIONS, add_data, data_of, positive, seed

if TYPE_CHECKING:
    from train.datasets.examples import Splits
    from train.recipes import Recipe
    from train.run_folder import RunFolder

log = logging.getLogger(__name__)

_EXAMPLE = """examples:
  python -m train fit emotion --data ~/fer2013 --out runs/mine
  python -m train fit blocks-5 --balance class-weights --drop-class disgust
  python -m train fit vgg19 --weights vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5
  python -m train fit emotion-narrow --weights a.keras --teacher a.tflite --teacher b.tflite
  python -m train fit emotion --resume runs/emotion-20260131-081500"""

_METHODS = ("none", "class-weights", "augment", "oversample", "undersample", "smote", "smote-enn")
"""Written again here so that --help needs no numpy; a test keeps it alike."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "fit",
        help="train a network by its recipe",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own = "emotion, gate, emotion-narrow"
    published = "gate-cnn, swish, vgg-like, two-convolutions, blocks-3 to -6, mini-xception, vgg19"
    parser.add_argument("recipe", help=f"{own}; published: {published} (train/recipes)")
    add_data(parser)
    parser.add_argument("--out", type=Path, help="the run folder to make (default runs/RECIPE-DATE-TIME)")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="continue a run that was stopped")
    parser.add_argument("--seed", type=seed, help="of weights, order, augmentation and splits (default 1)")
    parser.add_argument("--epochs", type=positive, help="instead of the recipe's")
    parser.add_argument("--batch", type=positive, help="pictures a step, instead of the recipe's")
    parser.add_argument("--precision", choices=PRECISIONS, help="while training, instead of the recipe's")
    parser.add_argument(
        "--balance", choices=_METHODS, help="what to do about rare labels, instead of what the recipe does"
    )
    parser.add_argument(
        "--drop-class", action="append", metavar="LABEL", help="leave a label out of every split; may be repeated"
    )
    parser.add_argument(
        "--without-repeats",
        action="store_true",
        default=None,
        help="leave training pictures out that are in validation or test as well, pixel for pixel",
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="FILE",
        help="begin with these: a trained network of the same kind, or a wider one (.keras); for vgg19 VGG19 without "
        "its top",
    )
    parser.add_argument(
        "--teacher",
        type=Path,
        action="append",
        metavar="MODEL",
        help="a .tflite whose answers are learned beside the labels; may be repeated",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs it."""
    from train.recipes import RECIPES

    if options.recipe not in RECIPES:
        raise InputError(f"no recipe {options.recipe!r}; there are {', '.join(RECIPES)}")
    names = ("epochs", "batch", "precision", "seed", "balance", "drop_class", "without_repeats", "weights", "teacher")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.resume and (given or options.out):
        left = ", ".join(given).replace("_", "-") or "out"
        raise InputError(f"{options.resume} goes on as it was started: leave {left} out")
    data = data_of(options)
    changed = None if options.resume else _changed(RECIPES[options.recipe], given)

    from train.framework import load_keras

    load_keras()
    folder, splits = _resumed(options, data) if changed is None else _started(options, changed, data)

    from train.fit import fit

    figures = fit(folder, splits)
    for name, measured in figures["sets"].items():
        print(f"{name}: top-1 {measured['top1']:.2%}, macro-F1 {measured['macro_f1']:.3f}")
    print(f"model: {folder.model}")
    return 0


def _changed(recipe: "Recipe", given: dict[str, Any]) -> "Recipe":
    from train.comparison.training import balanced_by
    from train.datasets.tasks import LABELS

    plain = {name: given[name] for name in ("epochs", "batch", "precision", "without_repeats") if name in given}
    recipe = dataclasses.replace(recipe, **plain)
    if "balance" in given:
        recipe = balanced_by(recipe, given["balance"])
    dropped = tuple(dict.fromkeys(given.get("drop_class", ())))
    unknown = [label for label in dropped if label not in LABELS[recipe.task]]
    if unknown:
        raise InputError(
            f"--drop-class {unknown[0]}: no label of the task {recipe.task}: {', '.join(LABELS[recipe.task])}"
        )
    if len(dropped) > len(LABELS[recipe.task]) - 2:
        raise InputError("--drop-class: two labels at least must be left to tell apart")
    return dataclasses.replace(recipe, drop=dropped)


def _started(options: argparse.Namespace, recipe: "Recipe", data: Path) -> "tuple[RunFolder, Splits]":
    from train.datasets.tasks import load
    from train.fit import start
    from train.recipes import CONTINUING
    from train.run_folder import default_path

    if options.recipe in CONTINUING and not options.weights:
        log.warning("%s is meant to begin with trained weights (--weights), and begins with drawn ones", options.recipe)
    seed = 1 if options.seed is None else options.seed
    splits = load(recipe.task, data, seed, dropped=recipe.drop)
    path = options.out or default_path(options.recipe)
    given = {"typed": options.typed, "weights": options.weights, "teachers": options.teacher or ()}
    return start(options.recipe, recipe, splits, path, seed, data, **given), splits


def _resumed(options: argparse.Namespace, data: Path) -> "tuple[RunFolder, Splits]":
    from train.datasets.tasks import load
    from train.fit import check_same_data, recipe_of
    from train.run_folder import RunFolder

    folder = RunFolder.open(options.resume)
    if folder.config()["recipe"] != options.recipe:
        raise InputError(f"{folder.path} is a run of {folder.config()['recipe']}, not of {options.recipe}")
    recipe = recipe_of(folder)
    splits = load(recipe.task, data, folder.config()["seed"], dropped=recipe.drop)
    if not check_same_data(folder, splits):
        raise InputError(f"{data}: not the data that {folder.path} was started with")
    return folder, splits
