"""The training commands: `python -m train fit | evaluate`."""

import argparse
import dataclasses
import logging
import sys
from pathlib import Path

from edge.contract.errors import EdgeError, InputError
from train.data_option import add_data, data_of


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        return int(options.run(options))
    except EdgeError as error:
        print(f"train: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m train", description="Trains and measures the networks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    fit = commands.add_parser(
        "fit",
        help="train a network by its recipe",
        epilog="example: python -m train fit emotion --data ~/fer2013 --out runs/mine",
    )
    fit.add_argument("recipe", help="emotion or gate: a recipe in train/recipes.py")
    add_data(fit)
    fit.add_argument("--out", type=Path, help="the run folder to make (default runs/RECIPE-DATE-TIME)")
    fit.add_argument("--resume", type=Path, metavar="RUN", help="continue a run that was stopped")
    fit.add_argument("--seed", type=int, help="of weights, order, augmentation and splits (default 1)")
    fit.add_argument("--epochs", type=_positive, help="instead of the recipe's")
    fit.add_argument("--batch", type=_positive, help="pictures a step, instead of the recipe's")
    fit.add_argument("--precision", choices=("float32", "mixed_bfloat16", "mixed_float16"))
    fit.set_defaults(run=_fit)

    evaluate = commands.add_parser(
        "evaluate",
        help="measure a .keras or .tflite model",
        epilog="example: python -m train evaluate models/emotion.tflite --data ~/fer2013",
    )
    evaluate.add_argument("model", type=Path)
    add_data(evaluate)
    evaluate.add_argument("--split", choices=("validation", "test", "both"), default="both")
    evaluate.add_argument("--task", choices=("emotion", "gate"), help="of a .keras file that lies in no run folder")
    evaluate.add_argument("--seed", type=int, help="of the split that was trained on (default: as the model tells)")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.set_defaults(run=_evaluate)
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def _fit(options: argparse.Namespace) -> int:
    from train.recipes import RECIPES

    if options.recipe not in RECIPES:
        raise InputError(f"no recipe {options.recipe!r}; there are {', '.join(RECIPES)}")
    wanted = {"epochs": options.epochs, "batch": options.batch, "precision": options.precision, "seed": options.seed}
    given = {name: value for name, value in wanted.items() if value is not None}
    if options.resume and (given or options.out):
        raise InputError(f"{options.resume} goes on as it was started: leave {', '.join(given) or 'out'} out")
    data = data_of(options)

    from train.framework import load_keras

    load_keras()

    from train.datasets.tasks import load
    from train.fit import check_same_data, fit, recipe_of, start
    from train.run_folder import RunFolder, default_path

    if options.resume:
        run = RunFolder.open(options.resume)
        if run.config()["recipe"] != options.recipe:
            raise InputError(f"{run.path} is a run of {run.config()['recipe']}, not of {options.recipe}")
        splits = load(recipe_of(run).task, data, run.config()["seed"])
        if not check_same_data(run, splits):
            raise InputError(f"{data}: not the data that {run.path} was started with")
    else:
        seed = given.pop("seed", 1)
        recipe = dataclasses.replace(RECIPES[options.recipe], **given)
        splits = load(recipe.task, data, seed)
        run = start(options.recipe, recipe, splits, options.out or default_path(options.recipe), seed, data)
    figures = fit(run, splits)
    for name, measured in figures["sets"].items():
        print(f"{name}: top-1 {measured['top1']:.2%}, macro-F1 {measured['macro_f1']:.3f}")
    print(f"model: {run.model}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from train.datasets.tasks import load
    from train.evaluate import describe, evaluate, load_candidate, to_json

    data = data_of(options)
    candidate = load_candidate(options.model, options.task)
    splits = load(candidate.task, data, candidate.seed if options.seed is None else options.seed)
    chosen = ("validation", "test") if options.split == "both" else (options.split,)
    figures = evaluate(candidate, splits, chosen)
    if options.json:
        print(to_json(figures))
    else:
        print("\n".join(describe(name, found, candidate.claimed.get(name)) for name, found in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
