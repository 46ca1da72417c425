"""The converted model of a run: made and timed by the commands that people use, each in a process of its own."""

import dataclasses
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.contract.errors import EdgeError, InputError
from train.comparison.contender import Contender, converted_path
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_TURNS = 3


class ConversionError(EdgeError):
    """A network could not be converted (exit code 1)."""


def convert(path: Path, data: Path) -> None:
    """Converts a run's network to int8, beside it, whatever it loses: the comparison shows that.

    Raises:
        ConversionError: the converter refuses it.
    """
    run = RunFolder.open(path)
    out = converted_path(run)
    command = ["convert", str(run.model.resolve()), "--out", str(out.resolve()), "--data", str(data.resolve())]
    log.info("converting %s", run.model)
    done = _python("-m", *command, "--force")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise ConversionError(f"{run.model}: {said}")


def timed(contenders: Sequence[Contender], runs: int) -> list[Contender]:
    """With the median time of one picture on one thread, from pixels to scores, where there is a converted model.

    They are timed in turns, several times, and the best median of each counts: what keeps the machine busy for a
    second would otherwise make the one slow whose turn it was.

    Raises:
        InputError: a model cannot be run.
    """
    told = list(contenders)
    for _ in range(_TURNS):
        told = [_timed(contender, runs) for contender in told]
    return told


def _timed(contender: Contender, runs: int) -> Contender:
    if contender.int8 is None or contender.earlier:
        return contender
    path = converted_path(RunFolder(contender.path)).resolve()
    done = _python("-m", "convert.comparison.stopwatch", str(path), "--runs", str(runs))
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise InputError(f"{path}: cannot be timed: {said}")
    milliseconds = json.loads(done.stdout)["median"]
    if contender.int8.milliseconds is not None:
        milliseconds = min(milliseconds, contender.int8.milliseconds)
    return dataclasses.replace(contender, int8=dataclasses.replace(contender.int8, milliseconds=milliseconds))


def _python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *arguments], cwd=_ROOT, capture_output=True, text=True, check=False)
