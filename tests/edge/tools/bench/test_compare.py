"""A measurement against an older one."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge.tools.bench.compare import compare

OLD = Path("old.json")


def run(old, new, limit: float = 1.1):
    comparison = compare([old], [new], limit, OLD)
    return comparison.passed, "\n".join(comparison.lines)


def test_ratios_of_old_and_new(result):
    passed, text = run(result(p50=2.0, p95=12.0), result(p50=1.0, p95=12.6))
    assert passed
    (line,) = [line for line in text.splitlines() if "end to end" in line]
    assert line.split()[3:] == ["2.000", "1.000", "0.50", "12.000", "12.600", "1.05"]


@pytest.mark.parametrize(
    ("changes", "passed"),
    [
        ({"p50": 2.19}, True),
        ({"p50": 2.21}, False),
        ({"p95": 13.1}, True),
        ({"p95": 13.3}, False),
        ({"cpu": 3.29}, True),
        ({"cpu": 3.31}, False),
        ({"cpu": None}, True),
    ],
)
def test_slower_than_allowed_fails(result, changes, passed):
    found, text = run(result(), result(**changes))
    assert found is passed
    assert ("TOO SLOW" in text) is not passed


def test_the_limit_is_the_users(result):
    assert run(result(), result(p50=2.9), limit=1.5)[0]
    assert not run(result(), result(p50=2.0), limit=0.9)[0], "and may ask for being faster"


@pytest.mark.parametrize("which", ["old", "new"])
def test_what_is_not_valid_is_not_judged_and_that_is_said(result, which):
    bad = {"objections": ("other processes kept 1.70 cores busy",)}
    old, new = (result(**bad), result()) if which == "old" else (result(), result(**bad))
    passed, text = run(old, new)
    assert not passed
    assert f"NOT JUDGED: the {which} measurement is not valid: other processes kept 1.70 cores busy" in text
    assert "TOO SLOW" not in text
    assert "not slower" not in text


def test_another_machine_is_not_judged_and_another_version_is_said(result):
    passed, text = run(result(board="Raspberry Pi 5"), result())
    assert not passed
    assert "NOT JUDGED: measured on different machines" in text
    newer = result()
    passed, text = run(result(), replace(newer, machine=replace(newer.machine, opencv="4.12")))
    assert passed
    assert "opencv: 4.11 -> 4.12" in text


def test_other_settings_and_models_are_said(result):
    _, text = run(result(), result(settings={"source": "demo", "threads": 2}, models={"emotion": "b" * 64}))
    assert "threads: 1 -> 2" in text
    assert "emotion: aaaaaaaa... -> bbbbbbbb..." in text


def test_runs_of_sweeps_are_paired_by_name(result):
    old = [result(name="threads=1"), result(name="threads=2", p50=1.0)]
    new = [result(name="threads=2", p50=1.5), result(name="threads=4", p50=99)]
    comparison = compare(old, new, 1.1, OLD)
    assert not comparison.passed
    assert [line for line in comparison.lines if line.startswith("TOO SLOW")] == [
        "TOO SLOW: threads=2: end to end p50 (ms) is 1.500, 1.50 times the 1.000 of before"
    ]


def test_nothing_in_common_is_not_judged(result):
    assert not run(result(), result(kind="model"))[0]
    assert not run(result(name="a"), result(name="b"))[0]
