"""Measurements as text."""

from collections.abc import Iterator, Sequence

from edge.tools.bench.figures import Figures
from edge.tools.bench.result import TOTAL, Result

_NOTES = {
    "capture": "waiting for the frame",
    "decode": "processor time of reading it",
    TOTAL: "all but capture",
}


def describe(result: Result) -> str:
    """One measurement, whole."""
    body = _model(result) if result.kind == "model" else _stream(result)
    return "\n".join((*_head([result]), "", *_stages(result), "", *body, *_use(result), *verdict(result)))


def describe_sweep(results: Sequence[Result]) -> str:
    """Several measurements, a line each."""
    width = max(len("ms from end to end"), *(len(result.name) for result in results))
    lines = [
        *_head(results),
        "",
        f"{'ms from end to end':{width}}     p50     p90     p95     p99     max  frames/s  cpu s/min  MiB peak",
    ]
    for result in results:
        figures, numbers = result.stages[TOTAL], result.numbers
        values = (figures.p50, figures.p90, figures.p95, figures.p99, figures.max)
        lines.append(
            f"{result.name:{width}}{''.join(f'{value:8.2f}' for value in values)}"
            f"{_number(numbers['fps'], 10)}{_number(numbers['cpu_s_per_minute'], 11)}"
            f"{_number(numbers['memory_peak_mib'], 10)}{'' if result.valid else '  NOT VALID'}"
        )
    reasons = [f"NOT VALID: {run.name}: {reason}" for run in results for reason in run.objections]
    return "\n".join((*lines, "", *(reasons or ["valid"])))


def verdict(result: Result) -> list[str]:
    """Whether it is valid, and why not."""
    return [f"NOT VALID: {reason}" for reason in result.objections] or ["valid"]


def _head(results: Sequence[Result]) -> Iterator[str]:
    """What was measured on, and what the runs have in common."""
    result, machine = results[0], results[0].machine
    limit = "" if machine.frequency == "unknown" else f", up to {machine.frequency} MHz"
    yield f"{machine.board}, {machine.cpu}, {machine.cores} cores, governor {machine.governor}{limit}"
    yield (
        f"{machine.kernel}, Python {machine.python}, numpy {machine.numpy}, OpenCV {machine.opencv}, {machine.runtime}"
    )
    models = ", ".join(f"{task} {sha256[:8]}" for task, sha256 in result.models.items())
    yield f"emotion-edge {machine.emotion_edge} with {models}"
    same = [name for name, value in result.settings.items() if all(run.settings[name] == value for run in results)]
    yield ", ".join(f"{name} {result.settings[name]}" for name in same if result.settings[name] is not None)


def _stages(result: Result) -> Iterator[str]:
    yield f"{'ms':12}{''.join(f'{name:>10}' for name in ('mean', 'p50', 'p90', 'p95', 'p99', 'max'))}"
    for stage, figures in result.stages.items():
        yield f"{stage:12}{_row(figures)}  {_NOTES.get(stage, '')}".rstrip()


def _row(figures: Figures) -> str:
    values = (figures.mean, figures.p50, figures.p90, figures.p95, figures.p99, figures.max)
    return "".join(f"{value:10.3f}" for value in values)


def _stream(result: Result) -> Iterator[str]:
    numbers = result.numbers
    swept = numbers["swept"] or 0.0
    yield (
        f"{numbers['fps']} frames a second, {numbers['faces_per_frame']} faces a frame, "
        f"new faces looked for in {swept:.0%} of the frames"
    )
    if numbers["startup_s"] is not None:
        yield f"start to first result: {numbers['startup_s']:.2f} s"
    yield f"processor time: {_number(numbers['cpu_s_per_minute'], 0)} s a minute of stream"


def _model(result: Result) -> Iterator[str]:
    numbers = result.numbers
    name = next(name for name in numbers if name.startswith("peak_"))
    dtype = name.split("_")[1]
    yield (
        f"{(numbers['multiply_adds'] or 0) / 1e6:.1f} million multiply-adds; this machine's best in {dtype}: "
        f"{(numbers[name] or 0) / 1e9:.1f} billion a second"
    )
    yield f"floor: {numbers['floor_ms']} ms; invoke takes {_number(numbers['invoke_over_floor'], 0)} times as long"
    yield f"preprocessing, quantization and read-out beside invoke: {numbers['overhead_ms']} ms"


def _use(result: Result) -> Iterator[str]:
    conditions = result.conditions
    yield f"memory: {_number(conditions.memory, 0)} MiB now, {_number(conditions.peak, 0)} MiB at peak"
    heat = ", ".join("unknown" if value is None else f"{value:.1f}" for value in conditions.temperature)
    throttled = {None: "not told", True: "yes", False: "no"}[conditions.throttled]
    yield f"degrees before, after, at most: {heat}; throttled: {throttled}; {_others(conditions.others)}"


def _others(others: float | None) -> str:
    return "other processes: not told" if others is None else f"other processes kept {others:.2f} cores busy"


def _number(value: float | None, width: int) -> str:
    return f"{'unknown' if value is None else f'{value:.2f}':>{width}}"
