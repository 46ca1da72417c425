"""The folder that a training writes: everything needed to resume it, to judge it and to convert its model."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError, OutputError
from train.datasets.examples import Splits

Row = dict[str, float]
"""The figures of one epoch by name."""


class RunFolder:
    """Names and formats of a run's files; each is written whole or not at all."""

    def __init__(self, path: Path):
        self.path = path
        self.model = path / "model.keras"
        self.best = path / "best.weights.h5"
        self.metrics = path / "metrics.json"
        self._config = path / "config.json"
        self._history = path / "history.csv"

    @classmethod
    def create(cls, path: Path, config: dict[str, Any]) -> "RunFolder":
        """Makes a new folder. Raises OutputError where there is one already, or it cannot be made."""
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            raise OutputError(f"{path} exists; a run never overwrites another (--resume continues it)") from None
        except OSError as error:
            raise OutputError(f"{path}: cannot be made ({error.strerror})") from None
        run = cls(path)
        run._write(run._config, json.dumps(config, indent=2) + "\n")
        return run

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """Opens a folder made by `create`. Raises InputError where it is not one."""
        run = cls(path)
        try:
            run.config()
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: not a run folder (its config.json: {error})") from None
        return run

    @classmethod
    def beside(cls, model: Path) -> "RunFolder | None":
        """The run folder that a model lies in; None where it lies in none, or its config.json is other people's.

        Raises:
            InputError: the config.json cannot be read.
        """
        if not (model.parent / "config.json").is_file():
            return None
        run = cls.open(model.parent)
        config = run.config()
        ours = isinstance(config, dict) and isinstance(config.get("settings"), dict) and "seed" in config
        return run if ours else None

    def config(self) -> dict[str, Any]:
        """What `create` was given."""
        return json.loads(self._config.read_text())

    def checkpoint(self, epoch: int) -> Path:
        """Where the model lies as it was after this epoch, the first being 1."""
        return self.path / f"epoch-{epoch:03d}.keras"

    def save_answers(self, epoch: int, answers: dict[str, NDArray[np.float32]]) -> None:
        """Keeps what the network said of the training pictures after this many epochs, by output."""
        temporary = self.path / "new-answers.npz"
        np.savez(temporary, **answers)
        os.replace(temporary, self._answers(epoch))
        for older in self.path.glob("answers-*.npz"):
            if older != self._answers(epoch):
                older.unlink()

    def load_answers(self, epoch: int) -> dict[str, NDArray[np.float32]]:
        """What `save_answers` was given."""
        with np.load(self._answers(epoch)) as kept:
            return dict(kept)

    def _answers(self, epoch: int) -> Path:
        return self.path / f"answers-{epoch:03d}.npz"

    def finish_epoch(self, model: Any, rows: list[Row]) -> None:
        """Makes the run resumable after its latest epoch.

        The figures say how many epochs are done, so they are replaced between the new checkpoint's coming and the
        old one's going: whenever the run is killed, the checkpoint that belongs to them is there.
        """
        self.save(model, self.checkpoint(len(rows)))
        self._write_history(rows)
        self.checkpoint(len(rows) - 1).unlink(missing_ok=True)

    def history(self) -> list[Row]:
        """The figures of each finished epoch."""
        if not self._history.exists():
            return []
        with self._history.open(newline="") as file:
            return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]

    def _write_history(self, rows: list[Row]) -> None:
        counted = [row | {"epoch": int(row["epoch"])} for row in rows]  # the same file, resumed or not
        lines = [",".join(rows[0]), *(",".join(map(repr, row.values())) for row in counted)]
        self._write(self._history, "\n".join(lines) + "\n")

    def write_metrics(self, metrics: dict[str, Any]) -> None:
        """Writes the figures of the finished run."""
        self._write(self.metrics, json.dumps(metrics, indent=2) + "\n")

    def save(self, model: Any, path: Path) -> None:
        """Saves a Keras model, or its weights alone where the name says so, under a temporary name first."""
        temporary = path.with_name(f"new-{path.name}")
        model.save_weights(temporary) if path.name.endswith(".weights.h5") else model.save(temporary)
        os.replace(temporary, path)

    @staticmethod
    def _write(path: Path, text: str) -> None:
        temporary = path.with_name(f"new-{path.name}")
        temporary.write_text(text)
        os.replace(temporary, path)


def reading(command: str, set_: str) -> dict[str, str]:
    """A record that a command read a set which is to be read as seldom as can be."""
    return {"by": f"python -m {command}", "set": set_, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def data_record(splits: Splits, path: Path) -> dict[str, Any]:
    """What a run notes of its data, so that it can be told whether others are the same."""
    parts = (splits.train, splits.validation, splits.test)
    return {
        "path": str(path),
        "splits": list(splits.names),
        "sizes": [len(part) for part in parts],
        "sha256": [part.digest for part in parts],
        "votes": [part.votes_digest for part in parts],
    }


def same_data(record: dict[str, Any], splits: Splits) -> bool:
    """Whether these are the examples of a `data_record`; an older one does not tell their votes."""
    found = data_record(splits, Path())
    return bool(record["sha256"] == found["sha256"] and record.get("votes", found["votes"]) == found["votes"])


def default_path(name: str) -> Path:
    """runs/NAME-DATE-TIME, in UTC."""
    return Path("runs") / f"{name}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"


def revision() -> str:
    """The git revision of the code, with "+" where files differ from it; "unknown" outside a checkout."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+" if changed.stdout else "")


def command(arguments: Sequence[str] | None = None) -> str:
    """The command line with these arguments (None: the process's), to be typed again from the project's root."""
    return " ".join(["python -m train", *(sys.argv[1:] if arguments is None else arguments)])
