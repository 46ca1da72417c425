"""What a measurement gave, and its file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from edge.contract.errors import InputError
from edge.contract.storage import write_whole
from edge.tools.bench.conditions import Conditions
from edge.tools.bench.figures import Figures
from edge.tools.bench.machine import Machine

SCHEMA = 1
"""Version of the file's form."""

TOTAL = "end to end"
"""The stage that is all of them, waiting for a frame left out."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement.

    Attributes:
        kind: "stream" or "model".
        name: tells the runs of a sweep apart; empty for a single one.
        settings: what was measured, by the names of the options.
        models: sha256 of each model, by its task.
        machine: on what.
        conditions: under which conditions.
        objections: why it is not valid; empty where it is.
        stages: by their names, in order.
        numbers: what else was measured; None where it could not be.
    """

    kind: str
    name: str
    settings: Mapping[str, Any]
    models: Mapping[str, str]
    machine: Machine
    conditions: Conditions
    objections: tuple[str, ...]
    stages: Mapping[str, Figures]
    numbers: Mapping[str, float | None]

    @property
    def valid(self) -> bool:
        """Whether the figures say something of the software."""
        return not self.objections


def save(path: Path, results: Sequence[Result]) -> None:
    """Writes results as JSON. Raises OutputError where that fails."""
    runs = [{"valid": result.valid, **asdict(result)} for result in results]
    form = {"schema": SCHEMA, "valid": all(result.valid for result in results), "runs": runs}
    write_whole(path, (json.dumps(form, indent=2, allow_nan=False) + "\n").encode())


def load(path: Path) -> list[Result]:
    """Reads what `save` wrote. Raises InputError where it is something else."""
    try:
        form = json.loads(path.read_text(encoding="utf-8"))
        if form["schema"] != SCHEMA:
            raise ValueError(f"its schema is {form['schema']!r}, not {SCHEMA}")
        return [_result(run) for run in form["runs"]]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except KeyError as error:
        raise InputError(f"{path}: not a file of bench --json: {error.args[0]} is missing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: not a file of bench --json ({' '.join(str(error).split())})") from None


def _result(run: dict[str, Any]) -> Result:
    form = {field.name: run[field.name] for field in fields(Result)}
    form["machine"] = Machine(**form["machine"])
    heat = tuple(form["conditions"]["temperature"])
    form["conditions"] = Conditions(**{**form["conditions"], "temperature": heat})
    form["objections"] = tuple(form["objections"])
    form["stages"] = {name: Figures(**figures) for name, figures in form["stages"].items()}
    return Result(**form)
