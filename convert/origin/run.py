"""What the run folder beside a model tells of its training."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.errors import InputError
from train.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder's config.json and metrics.json."""

    config: Mapping[str, Any]
    metrics: Mapping[str, Any]


def run_of(path: Path) -> Run | None:
    """The run that a model is of; None where the folder is none, or the file is another one of the folder."""
    folder = RunFolder(path.parent)
    if path.name != folder.model.name:  # the figures are about that one alone
        return None
    try:
        config = RunFolder.open(path.parent).config()
        known = {"task", "labels", "seed", "data"} <= set(config)
        return Run(config, _metrics(folder)) if known else None
    except (InputError, ValueError, OSError):
        return None


def _metrics(folder: RunFolder) -> Mapping[str, Any]:
    return json.loads(folder.metrics.read_text()) if folder.metrics.exists() else {}
