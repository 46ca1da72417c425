"""Trains one trial after the other, each in a run folder; stopped at any time, it goes on where it was."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.contract.errors import InputError, OutputError
from train.tuning.space import SPACE, draw

if TYPE_CHECKING:
    from optuna import Study, Trial

log = logging.getLogger(__name__)

DATABASE = "tuning.sqlite3"
"""What Optuna remembers of all trials."""

_SETTLED = "settled.json"
_FOLDER, _SECONDS, _FIGURES = "folder", "seconds", "figures"
"""Names of what is noted beside each trial."""

Train = Callable[[dict[str, Any], Path], dict[str, float]]
"""Trains with these values in this folder, going on where one is there; gives the figures, "top1" among them."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A finished trial: its number, values, figures of the validation split, folder and seconds."""

    number: int
    values: dict[str, Any]
    figures: dict[str, float]
    folder: str
    seconds: float


class Tuning:
    """A folder with a study."""

    def __init__(self, path: Path, settled: dict[str, Any], seed: int):
        """Makes the folder, or opens it.

        Args:
            path: of the folder.
            settled: what must be the same for all trials, for `settled.json`.
            seed: of what is drawn.

        Raises:
            InputError: the folder is of a study with something else settled.
            OutputError: it cannot be made.
        """
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.path = path
        self._settle(settled)
        storage = f"sqlite:///{path.resolve() / DATABASE}"
        self.study: Study = optuna.create_study(
            storage=storage, study_name="tuning", direction="maximize", load_if_exists=True
        )
        # A sampler begins anew with each process; with the same seed it would draw the same trials again.
        self.study.sampler = optuna.samplers.TPESampler(seed=seed + len(self.study.trials))

    def run(self, trials: int, train: Train, after: Callable[[Sequence[Tried]], None]) -> None:
        """Trains until so many trials are finished, those of earlier calls counted; `after` is told after each."""
        self._take_up()
        while len(self.tried()) < trials:
            trial = self.study.ask()
            values = draw(trial)
            folder = trial.user_attrs.get(_FOLDER, f"trial-{trial.number:03d}")
            trial.set_user_attr(_FOLDER, folder)
            log.info("trial %d of %d: %s", len(self.tried()) + 1, trials, said(values))
            self._train(trial, values, train)
            after(self.tried())

    def tried(self) -> list[Tried]:
        """The finished trials in order."""
        from optuna.trial import TrialState

        return [
            Tried(
                one.number,
                {name: one.params[name] for name in SPACE},
                one.user_attrs[_FIGURES],
                one.user_attrs[_FOLDER],
                one.user_attrs[_SECONDS],
            )
            for one in self.study.get_trials(states=(TrialState.COMPLETE,))
        ]

    def importances(self) -> dict[str, float]:
        """The share of the spread of the results that each setting explains (fANOVA), the largest first.

        Nothing where the trials are too few or too alike to tell.
        """
        from optuna.importance import FanovaImportanceEvaluator, get_param_importances

        if len({one.figures["top1"] for one in self.tried()}) < 2:
            return {}
        judge = FanovaImportanceEvaluator(seed=1)  # so that the same trials always say the same
        found = get_param_importances(self.study, evaluator=judge, params=list(SPACE))
        return {name: share for name, share in found.items() if share == share}

    def _train(self, trial: "Trial", values: dict[str, Any], train: Train) -> None:
        begun = time.monotonic()
        figures = train(values, self.path / trial.user_attrs[_FOLDER])
        trial.set_user_attr(_SECONDS, time.monotonic() - begun)
        trial.set_user_attr(_FIGURES, figures)
        self.study.tell(trial, figures["top1"])

    def _take_up(self) -> None:
        """Has trials that were stopped in the middle trained to their end, before any new one."""
        from optuna.trial import TrialState

        for one in self.study.get_trials(states=(TrialState.RUNNING,)):
            self.study.tell(one.number, state=TrialState.FAIL)
            if _FOLDER in one.user_attrs and set(one.params) == set(SPACE):
                self.study.enqueue_trial(one.params, user_attrs={_FOLDER: one.user_attrs[_FOLDER]})

    def _settle(self, settled: dict[str, Any]) -> None:
        path = self.path / _SETTLED
        text = json.dumps(settled, indent=2) + "\n"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text(text)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be made ({error.strerror})") from None
        before = json.loads(path.read_text())
        other = sorted(name for name in settled if settled[name] != before.get(name))
        if other:
            raise InputError(f"{self.path} was begun with another {', '.join(other)}; name another folder with --out")


def said(values: dict[str, Any]) -> str:
    """Such as "filters 32, rate 0.00123"."""
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )
