"""The command `bench`: measures, tells, writes and compares."""

import argparse
import subprocess
import sys
from dataclasses import fields

from edge.contract.errors import InputError, OutputError
from edge.terminal.messages import tell
from edge.tools.bench.compare import compare
from edge.tools.bench.report import describe, describe_sweep
from edge.tools.bench.result import Result, load, save
from edge.tools.bench.scratch import scratch_folder
from edge.tools.bench.settings import Settings, combinations
from edge.tools.bench.starting import start


class _SweepError(Exception):
    """A process of a sweep ended with this code, and has said why."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


def bench(options: argparse.Namespace) -> int:
    """Runs the command; 1 where `--compare` finds it slower or cannot judge.

    Raises:
        EdgeError: a file, the source or the models cannot be used.
    """
    if options.model and options.sweep:
        raise InputError("bench: --sweep is for streams; it cannot be used with --model")
    old = load(options.compare) if options.compare else None  # before the long run, not after it
    if options.json and not options.json.absolute().parent.is_dir():
        raise OutputError(f"{options.json}: cannot be written (there is no such folder)")
    try:
        results = _measure(options)
    except _SweepError as failure:
        return failure.code
    print(describe_sweep(results) if options.sweep else describe(results[0]), flush=True)
    if options.json:
        save(options.json, results)
    if old is None:
        return 0
    comparison = compare(old, results, options.max_slower, options.compare)
    print("", *comparison.lines, sep="\n", flush=True)
    return 0 if comparison.passed else 1


def _measure(options: argparse.Namespace) -> list[Result]:
    settings = Settings(**{field.name: getattr(options, field.name) for field in fields(Settings)})
    if options.sweep:
        return _sweep(options, settings)
    if options.model:
        from edge.tools.bench.model import measure_model

        return [measure_model(options.model, settings.threads, settings.frames)]
    from edge.tools.bench.stream import measure_stream

    return [measure_stream(settings, options.name, options.starts)]


def _sweep(options: argparse.Namespace, base: Settings) -> list[Result]:
    """Each combination in a process of its own, so that none inherits another's memory or OpenCV's threads."""
    chosen = combinations(base, options.sweep)
    results = []
    with scratch_folder() as folder:
        for number, (name, settings) in enumerate(chosen, 1):
            if sys.stderr.isatty():
                tell(f"{number}/{len(chosen)} {name}")
            out = folder / f"{number}.json"
            own = [f"--name={name}", f"--starts={options.starts}", f"--json={out}"]
            with start(["bench", *settings.arguments(), *own], stdout=subprocess.DEVNULL) as process:
                code = process.wait()
            if code != 0:
                raise _SweepError(code)
            results += load(out)
    return results
