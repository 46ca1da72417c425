"""The training commands: `python -m train prepare | fit | evaluate | baseline | tune | compare | ...`."""

import argparse
import dataclasses
import json
import logging
import sys
from pathlib import Path

from edge.contract.errors import EdgeError, InputError, OutputError
from edge.contract.quiet import discard_results, flush_results
from train import fit_command
from train.baselines import command as baselines
from train.comparison import command as comparison
from train.data_option import add_data, data_of, positive, seed
from train.tuning import command as tuning


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    typed = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(typed, argparse.Namespace(typed=typed))
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        code = int(options.run(options))
        flush_results()
        return code
    except EdgeError as error:
        print(f"train: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        discard_results()  # their reader has gone, as of `| head -1`: nothing to complain of
        return OutputError.exit_code
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m train", description="Trains and measures the networks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_prepare(commands)
    fit_command.add(commands)
    _add_crossvalidate(commands)
    evaluate = commands.add_parser(
        "evaluate",
        help="measure a .keras or .tflite model",
        epilog="example: python -m train evaluate models/emotion.tflite --data ~/fer2013",
    )
    evaluate.add_argument("model", type=Path)
    add_data(evaluate)
    evaluate.add_argument("--split", choices=("validation", "test", "both"), default="both")
    evaluate.add_argument("--task", choices=("emotion", "gate"), help="of a .keras file that lies in no run folder")
    evaluate.add_argument("--seed", type=seed, help="of the split that was trained on (default: as the model tells)")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument(
        "--after-detection",
        action="store_true",
        help="also stage the faces in photographed scenes and run the whole edge pipeline on them",
    )
    evaluate.add_argument("--html", type=Path, metavar="PAGE", help="also write a page with charts and mistakes")
    evaluate.set_defaults(run=_evaluate)
    _add_personal(commands)
    for command in (baselines, tuning, comparison):
        command.add(commands)
    return parser


def _add_personal(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    personal = commands.add_parser(
        "personal",
        help="measure what personal profiles are worth, on simulated people",
        epilog="example: python -m train personal models/emotion.tflite --data ~/fer2013",
    )
    personal.add_argument("model", type=Path, help="a .tflite of the task emotion, with an embedding")
    add_data(personal)
    personal.add_argument("--people", type=positive, default=24, help="of each kind (default %(default)s)")
    personal.add_argument("--seed", type=seed, default=1, help="of the people (default %(default)s)")
    personal.add_argument("--json", action="store_true", help="print the figures as JSON")
    personal.set_defaults(run=_personal)


def _add_crossvalidate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    cross = commands.add_parser(
        "crossvalidate",
        help="measure the gate's recipe on the detector's own windows, on scenes left out of training",
        epilog="example: python -m train crossvalidate --data ~/data --out runs/gate-folds",
    )
    cross.add_argument("--recipe", default="gate", help="of the task gate (default %(default)s)")
    add_data(cross)
    cross.add_argument("--out", type=Path, required=True, help="folder for a run a fold; resumed where it is there")
    cross.add_argument("--folds", type=positive, default=5, help="(default %(default)s)")
    cross.add_argument("--epochs", type=positive, help="instead of the recipe's")
    cross.add_argument("--seed", type=seed, default=1, help="(default %(default)s)")
    cross.add_argument(
        "--threshold", type=float, default=0.5, metavar="P", help="of a human, from which a window passes (default 0.5)"
    )
    cross.add_argument("--json", action="store_true", help="print the figures as JSON")
    cross.set_defaults(run=_crossvalidate)


def _add_prepare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    prepare = commands.add_parser(
        "prepare",
        help="make one clean data set of what people publish",
        epilog="example: python -m train prepare fer2013.csv.xz ~/my-faces.zip --map contempt=disgust --out data/mine",
    )
    prepare.add_argument(
        "sources",
        type=Path,
        nargs="+",
        metavar="SOURCE",
        help="a folder or .zip of classes, or a CSV in FER2013's form",
    )
    prepare.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="the folder to make")
    prepare.add_argument("--task", choices=("emotion", "gate"), default="emotion", help="(default %(default)s)")
    prepare.add_argument(
        "--map", type=_pair, action="append", default=[], metavar="NAME=LABEL", help="which label a class means"
    )
    prepare.add_argument("--seed", type=seed, default=1, help="of the division (default %(default)s)")
    for name in ("validation", "test"):
        help_ = f"of each label's pictures, where a source has no {name} pictures of its own (default %(default)s)"
        prepare.add_argument(f"--{name}", type=float, default=0.1, metavar="SHARE", help=help_)
    prepare.add_argument("--resplit", action="store_true", help="divide anew what a source divides")
    prepare.add_argument(
        "--keep-contradictions",
        action="store_true",
        help="keep the first copy of a picture that is there with several labels (default: none)",
    )
    prepare.set_defaults(run=_prepare)


def _pair(text: str) -> tuple[str, str]:
    name, equals, label = text.lower().partition("=")
    if not (name and equals and label):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=LABEL")
    return name, label


def _prepare(options: argparse.Namespace) -> int:
    from train.preparation.account import describe
    from train.preparation.prepare import Choices, prepare

    names = ("task", "seed", "validation", "test", "resplit", "keep_contradictions")
    choices = Choices(by_hand=dict(options.map), **{name: getattr(options, name) for name in names})
    print(describe(prepare(options.sources, options.out, choices), options.out))
    return 0


def _crossvalidate(options: argparse.Namespace) -> int:
    from train.recipes import RECIPES

    recipe = RECIPES.get(options.recipe)
    if recipe is None or recipe.task != "gate":
        raise InputError(f"no recipe {options.recipe!r} of the task gate")
    if not 0 < options.threshold < 1:
        raise InputError("--threshold is a probability, between 0 and 1")
    if options.epochs:
        recipe = dataclasses.replace(recipe, epochs=options.epochs)
    data = data_of(options)

    from train.framework import load_keras

    load_keras()
    from train.crossvalidation import crossvalidate, describe, to_json

    judged = crossvalidate(options.recipe, recipe, data, options.out, options.seed, options.folds, options.typed)
    print((to_json if options.json else describe)(judged, options.threshold))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from train.after_detection import check_pipeline, empty_scenes, in_columns, rehearse
    from train.datasets.tasks import load
    from train.dropping import dropped_labels
    from train.evaluate import describe, load_candidate, sit, to_json
    from train.report import check_drawing

    if options.html:
        check_drawing()
    if options.after_detection:
        check_pipeline(options.model)
    data = data_of(options)
    candidate = load_candidate(options.model, options.task)
    seed = candidate.seed if options.seed is None else options.seed
    splits = load(candidate.task, data, seed, dropped=dropped_labels(candidate.task, candidate.labels))
    chosen = ("validation", "test") if options.split == "both" else (options.split,)
    answers = sit(candidate, splits, chosen)
    if options.json:
        print(to_json(answers))
    else:
        print("\n".join(describe(one, candidate.claimed.get(one.exam.title)) for one in answers))
    reported = answers[len(chosen) - 1]  # the first output's exam on the last of the splits
    shares = []
    if options.after_detection:
        shares = rehearse(options.model.parent, reported, empty_scenes(data))
        print(f"after detection, {reported.exam.title}:\n{in_columns(shares)}", file=sys.stderr)  # not among --json
    if options.html:
        from train.report.page import write_page
        from train.report.subject import Subject

        write_page(options.html, Subject.of(options.model, candidate), answers, splits, shares)
        print(f"page: {options.html}", file=sys.stderr)
    return 0


def _personal(options: argparse.Namespace) -> int:
    from train.datasets.tasks import load
    from train.personal.measuring import check_votes, describe, measure_people, to_form

    splits = load("emotion", data_of(options), options.seed)
    check_votes(splits)
    found = measure_people(options.model, splits, options.people, options.seed)
    print(json.dumps([to_form(one) for one in found], indent=2) if options.json else "\n".join(map(describe, found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
