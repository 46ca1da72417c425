"""A measurement against an older one: is it slower?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.tools.bench.result import TOTAL, Result

JUDGED = ("p50", "p95")
"""Figures of the time from end to end that decide, beside the processor time a minute of stream."""

_CPU = "cpu_s_per_minute"
_SHOWN = ("startup_s", "memory_peak_mib", "overhead_ms")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it: lines for people, and whether it was judged, and nothing is slower than allowed."""

    lines: tuple[str, ...]
    passed: bool


def compare(old: Sequence[Result], new: Sequence[Result], limit: float, where: Path) -> Comparison:
    """Compares the runs of the same name.

    Args:
        old: what was measured before, from the file `where`.
        new: what was measured now.
        limit: how many times as long as before it may take.
        where: the file, for messages.
    """
    lines = [f"compared with {where} (new / old; over {limit:g} is too slow)"]
    before = {run.name: run for run in old}
    pairs = [(before[run.name], run) for run in new if run.name in before and run.kind == before[run.name].kind]
    doubts = [] if pairs else ["the two have no run in common"]
    slow: list[str] = []
    for earlier, later in pairs:
        lines += [f"  {later.name}"] if later.name else []
        lines += [f"  {line}" for line in _table(earlier, later)]
        lines += [f"  {line}" for line in _differences(earlier, later)]
        doubts += _doubts(earlier, later)
        slow += _slow(earlier, later, limit)
    if doubts:
        lines += [f"NOT JUDGED: {doubt}" for doubt in dict.fromkeys(doubts)]
    else:
        lines += [f"TOO SLOW: {reason}" for reason in slow] or ["not slower than allowed"]
    return Comparison(tuple(lines), not doubts and not slow)


def _doubts(old: Result, new: Result) -> Iterator[str]:
    """Why the two must not be judged against each other."""
    for result, which in ((old, "old"), (new, "new")):
        yield from (f"the {which} measurement is not valid: {reason}" for reason in result.objections)
    if old.machine.hardware != new.machine.hardware:
        yield "measured on different machines, or at another setting of the governor"


def _differences(old: Result, new: Result) -> Iterator[str]:
    """What else is not the same: often the very thing that is to be compared."""
    parts = (
        (old.settings, new.settings),
        (old.models, new.models),
        *(({field: getattr(run.machine, field) for field in run.machine.__slots__} for run in (old, new)),),
    )
    for before, after in parts:
        for name in dict.fromkeys((*before, *after)):
            if before.get(name) != after.get(name):
                yield f"{name}: {_short(before.get(name))} -> {_short(after.get(name))}"


def _slow(old: Result, new: Result, limit: float) -> Iterator[str]:
    name = f"{new.name}: " if new.name else ""
    for figure, before, after in _judged(old, new):
        if before > 0 and after / before > limit:
            yield f"{name}{figure} is {after:.3f}, {after / before:.2f} times the {before:.3f} of before"


def _judged(old: Result, new: Result) -> Iterator[tuple[str, float, float]]:
    for figure in JUDGED:
        yield f"{TOTAL} {figure} (ms)", getattr(old.stages[TOTAL], figure), getattr(new.stages[TOTAL], figure)
    before, after = old.numbers.get(_CPU), new.numbers.get(_CPU)
    if before is not None and after is not None:
        yield "processor time (s a minute of stream)", before, after


def _table(old: Result, new: Result) -> Iterator[str]:
    yield f"{'ms':22}{'p50 old':>9}{'new':>9}{'ratio':>7}{'p95 old':>11}{'new':>9}{'ratio':>7}"
    for stage in new.stages:
        if stage in old.stages:
            before, after = old.stages[stage], new.stages[stage]
            yield (
                f"{stage:22}{before.p50:9.3f}{after.p50:9.3f}{_ratio(before.p50, after.p50)}"
                f"{before.p95:11.3f}{after.p95:9.3f}{_ratio(before.p95, after.p95)}"
            )
    for name in (_CPU, *_SHOWN):
        first, second = old.numbers.get(name), new.numbers.get(name)
        if first is not None and second is not None:
            yield f"{name:22}{first:9.3f}{second:9.3f}{_ratio(first, second)}"


def _ratio(before: float, after: float) -> str:
    return f"{after / before:7.2f}" if before > 0 else f"{'-':>7}"


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:8]}..." if len(text) == 64 else text  # a sha256
