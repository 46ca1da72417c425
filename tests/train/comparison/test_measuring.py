import json
import subprocess

from train.comparison import measuring
from train.comparison.contender import Int8


def test_the_best_of_several_turns_counts(contender, monkeypatch):
    """A disturbance of a second must not make one network look slow."""
    converted = [contender(name, 0.6, int8=Int8(1000, 0.59, None)) for name in ("a", "b")]
    times, order = iter([9.0, 2.0, 1.0, 8.0, 1.5, 2.5]), []

    def stopwatch(*arguments: str) -> "subprocess.CompletedProcess[str]":
        order.append(arguments[2].split("/")[-2])
        return subprocess.CompletedProcess(arguments, 0, json.dumps({"median": next(times)}), "")

    monkeypatch.setattr(measuring, "_python", stopwatch)
    told = measuring.timed([*converted, contender("c", 0.6)], 200)
    assert [one.int8 and one.int8.milliseconds for one in told] == [1.0, 2.0, None]
    assert order == ["a", "b"] * 3
