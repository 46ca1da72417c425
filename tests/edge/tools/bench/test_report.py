"""Measurements as text."""

from edge.tools.bench.report import describe, describe_sweep


def test_a_valid_one(result):
    lines = describe(result()).splitlines()
    assert lines[0] == "Raspberry Pi 4, Cortex-A72, 4 cores, governor ondemand, up to 1800 MHz"
    assert "source demo, threads 1" in lines
    assert "start to first result: 0.50 s" in lines
    assert "memory: 80.00 MiB now, 90.00 MiB at peak" in lines
    assert any(line.startswith("degrees before, after, at most: 50.0, 60.5, 61.0; throttled: no") for line in lines)
    assert lines[-1] == "valid"


def test_one_that_is_not_valid_says_why(result):
    lines = describe(result(objections=("too hot", "too busy"))).splitlines()
    assert lines[-2:] == ["NOT VALID: too hot", "NOT VALID: too busy"]
    assert "valid" not in lines


def test_what_is_not_known_is_no_number(result):
    text = describe(result(cpu=None))
    assert "processor time: unknown s a minute of stream" in text
    assert "None" not in text


def test_a_sweep_is_a_table_with_a_line_each(result):
    runs = [
        result(name="threads=1", settings={"source": "demo", "threads": 1}),
        result(name="threads=2", p50=1.5, settings={"source": "demo", "threads": 2}, objections=("too hot",)),
    ]
    lines = describe_sweep(runs).splitlines()
    assert "source demo" in lines, "and not the threads, which differ"
    assert [line.split()[1] for line in lines if line.startswith("threads=")] == ["2.00", "1.50"]
    assert lines[-1] == "NOT VALID: threads=2: too hot"
    assert describe_sweep(runs[:1]).splitlines()[-1] == "valid"
