"""One baseline from its grid to its report, in a run folder like a network's."""

import dataclasses
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.contract.errors import InputError
from train.baselines.estimator import Estimator
from train.baselines.features import FEATURES
from train.baselines.search import Grid, Material
from train.baselines.settings import KINDS, Setting, grid_of
from train.datasets.examples import Examples, Splits, limited
from train.datasets.tasks import LABELS
from train.evaluate import Answered, Candidate, sit
from train.recipes import Target
from train.report.confusion import plot_confusion
from train.report.page import write_page
from train.report.subject import Subject
from train.run_folder import RunFolder, command, data_record, reading, revision, same_data

log = logging.getLogger(__name__)

TASK = "emotion"
"""What the baselines are for."""

_SCORES = "probabilities"


def start(
    settings: Mapping[str, Any], splits: Splits, path: Path, seed: int, data: Path, typed: Sequence[str] = ()
) -> RunFolder:
    """Makes the run folder and writes down everything that decides the result.

    Args:
        settings: `kind`, `features` (a key of `FEATURES`), `limit` (training pictures, or None for all), and the
            grid as `train.baselines.settings.grid_of` reads it.
        splits: as they were read.
        path: of the folder to make.
        seed: of the choice of training pictures.
        data: where the splits were read.
        typed: the arguments of the command line that asked for it.

    Raises:
        InputError: too few pictures are wanted to learn two labels from.
        OutputError: the folder cannot be made.
    """
    import sklearn

    if len(np.unique(limited(splits.train, settings["limit"], seed).labels)) < 2:
        raise InputError(f"--limit {settings['limit']} leaves a single label to learn")

    return RunFolder.create(
        path,
        {
            "recipe": settings["kind"],
            "settings": {"architecture": f"{settings['kind']} on {settings['features']}", **settings},
            "task": TASK,
            "labels": list(LABELS[TASK]),
            "seed": seed,
            "command": command(typed),
            "revision": revision(),
            "data": data_record(splits, data),
            "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        },
    )


def finish(run: RunFolder, splits: Splits) -> dict[str, Any]:
    """Searches the rest of the grid, measures the best on both splits, and writes figures, confusion and page.

    The test split is read once: of a finished run the figures are returned as they are.

    Returns:
        What is written to metrics.json; without a top-3 where the answers rank no three labels (one neighbour's).
    """
    config = run.config()
    told, names = config["settings"], LABELS[TASK]
    if not same_data(config["data"], splits):
        raise InputError(f"{run.path} was started with other data")
    if run.metrics.exists():
        kept: dict[str, Any] = json.loads(run.metrics.read_text())
        return kept
    features = FEATURES[told["features"]]
    train = limited(splits.train, told["limit"], config["seed"])
    log.info("%s of %d pictures", told["features"], len(train) + len(splits.validation))
    material = Material(
        features(train.pixels), train.labels, features(splits.validation.pixels), splits.validation.labels, names
    )
    best, estimator = Grid(grid_of(told), run.path / "grid.csv").search(material)
    candidate = _candidate(estimator, best.setting, told["features"])
    learned_from = dataclasses.replace(splits, train=train)
    answers = sit(candidate, learned_from, ("validation", "test"))
    figures = {
        "chosen": {**{name: value for name, value in best.setting.values if value}, "features": told["features"]},
        "parameters": estimator.stored,
        "trained_on": dict(zip(names, np.bincount(train.labels, minlength=len(names)).tolist(), strict=True)),
        "sets": {one.exam.title: _figures(one) for one in answers},
        "readings": [reading("train baseline", answers[1].exam.set)],
    }
    _report(
        run, candidate, answers, learned_from, f"{KINDS[told['kind']]} on {told['features']}: {best.setting}", figures
    )
    return figures


def _figures(answered: Answered) -> dict[str, Any]:
    form = dataclasses.asdict(answered.metrics)
    return form if answered.ranks else {name: value for name, value in form.items() if name != "top3"}


def _candidate(estimator: Estimator, setting: Setting, features: str) -> Candidate:
    target = Target(_SCORES, softmax=True)

    def scorer(examples: Examples, output: str) -> np.ndarray:  # noqa: ARG001 (there is only one)
        return estimator.probabilities(FEATURES[features](examples.pixels), setting)

    return Candidate(TASK, LABELS[TASK], (target,), scorer, {})


def _report(
    run: RunFolder,
    candidate: Candidate,
    answers: Sequence[Answered],
    splits: Splits,
    title: str,
    figures: dict[str, Any],
) -> None:
    subject = Subject(
        name=title,
        sha256="",
        size=4 * figures["parameters"],
        task=TASK,
        labels=candidate.labels,
        claimed={},
        manifest=None,
        config={**run.config(), "parameters": figures["parameters"]},
        history=[],
    )
    plot_confusion(answers[-1].metrics, f"{run.path.name}, {answers[-1].exam.title}", run.path / "confusion.png")
    write_page(run.path / "report.html", subject, answers, splits)
    run.write_metrics(figures)
