"""The command `python -m train baseline svm|knn`."""

import argparse
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.contract.errors import ConfigurationError, InputError
from train.data_option import add_data, at_least, data_of, positive, seed

if TYPE_CHECKING:
    from train.run_folder import RunFolder

_EXAMPLE = """examples:
  python -m train baseline svm --kernel rbf --features hog --data ~/fer2013
  python -m train baseline knn --neighbours 1 5 9 --p 1 2 --limit 5000
  python -m train baseline svm --resume runs/svm-20260131-081500"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "baseline",
        help="what a support vector machine or nearest neighbours reach on the same data",
        description="Searches a grid on the validation split, then measures the best on the test split, once.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=("svm", "knn"), help="support vector machine, or nearest neighbours")
    add_data(parser)
    parser.add_argument("--features", choices=("pixels", "hog"), default="pixels", help="(default %(default)s)")
    parser.add_argument("--limit", type=positive, metavar="N", help="train on N pictures, all labels in proportion")
    parser.add_argument("--out", type=Path, metavar="RUN", help="the run folder to make (default runs/KIND-DATE-TIME)")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a grid that was stopped")
    parser.add_argument("--seed", type=seed, default=1, help="of the choice of N pictures (default %(default)s)")
    svm = parser.add_argument_group("svm")
    kernels = ("linear", "poly", "rbf")
    svm.add_argument("--kernel", nargs="+", choices=kernels, default=kernels, help="to try (default: all)")
    svm.add_argument("--degree", nargs="+", type=positive, default=[3], metavar="D", help="of poly (default 3)")
    svm.add_argument(
        "--cost", nargs="+", type=at_least(0, own=False), default=[1.0], metavar="C", help="of an error (default 1)"
    )
    knn = parser.add_argument_group("knn")
    many = (1, 3, 5, 9, 15, 25)
    said = " ".join(map(str, many))
    knn.add_argument("--neighbours", nargs="+", type=positive, default=many, metavar="K", help=f"(default {said})")
    knn.add_argument(
        "--p", nargs="+", type=at_least(1), default=[1.0, 2.0], help="of Minkowski's distance (default 1 2)"
    )
    knn.add_argument(
        "--leaf", nargs="+", type=positive, default=[30], help="leaf sizes of a ball tree; they change the time alone"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs it."""
    check_installed()
    data = data_of(options)

    from train.baselines.baseline import TASK, finish, start
    from train.datasets.tasks import load
    from train.run_folder import default_path

    if options.resume:
        folder = _resumed(options)
        splits = load(TASK, data, folder.config()["seed"])
    else:
        splits = load(TASK, data, options.seed)
        path = options.out or default_path(options.kind)
        folder = start(_settings(options), splits, path, options.seed, data, options.typed)
    figures = finish(folder, splits)
    print("chosen: " + ", ".join(f"{name} {value}" for name, value in figures["chosen"].items()))
    for name, measured in figures["sets"].items():
        print(f"{name}: top-1 {measured['top1']:.2%}, macro-F1 {measured['macro_f1']:.3f}")
    print(f"report: {folder.path / 'report.html'}")
    return 0


def check_installed() -> None:
    """Raises ConfigurationError where scikit-learn or matplotlib is missing."""
    for package, name in (("sklearn", "scikit-learn"), ("matplotlib", "matplotlib")):
        if importlib.util.find_spec(package) is None:
            wanted = "python -m pip install -r requirements-train.txt"
            raise ConfigurationError(f"baselines need {name}, which is not installed; install it with: {wanted}")


def _resumed(options: argparse.Namespace) -> "RunFolder":
    from train.run_folder import RunFolder

    folder = RunFolder.open(options.resume)
    found = folder.config().get("recipe")
    if found != options.kind:
        raise InputError(f"{folder.path} is a run of {found}, not of {options.kind}")
    if options.out:
        raise InputError(f"{folder.path} goes on as it was started: leave --out out")
    return folder


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    common = {"kind": options.kind, "features": options.features, "limit": options.limit}
    if options.kind == "svm":
        return {**common, "kernels": list(options.kernel), "degrees": options.degree, "costs": options.cost}
    return {**common, "neighbours": list(options.neighbours), "powers": options.p, "leaves": options.leaf}
