"""One model alone."""

from pathlib import Path

import pytest

from edge.contract.errors import ModelError
from edge.tools.bench.model import STAGES, measure_model, peak
from edge.tools.bench.report import describe
from edge.tools.bench.result import TOTAL

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def measured():
    return measure_model(ROOT / "models/gate.tflite", 1, 10)


def test_stages_and_their_sum(measured):
    assert tuple(measured.stages) == (*STAGES, TOTAL)
    parts = sum(measured.stages[stage].mean for stage in STAGES)
    assert measured.stages[TOTAL].mean == pytest.approx(parts, abs=0.001)
    assert all(figures.p50 > 0 for figures in measured.stages.values())


def test_the_floor_is_work_over_the_best_rate(measured):
    numbers = measured.numbers
    assert numbers["multiply_adds"] > 1e6
    assert numbers["floor_ms"] == pytest.approx(1000 * numbers["multiply_adds"] / numbers["peak_int8_per_s"], rel=0.01)
    assert numbers["invoke_over_floor"] == pytest.approx(measured.stages["invoke"].p50 / numbers["floor_ms"], rel=0.02)
    assert numbers["overhead_ms"] == pytest.approx(
        measured.stages[TOTAL].p50 - measured.stages["invoke"].p50, abs=0.001
    )


def test_so_few_runs_are_not_valid(measured):
    assert any("10 runs" in objection for objection in measured.objections)


def test_can_be_read(measured):
    text = describe(measured)
    assert "million multiply-adds; this machine's best in int8:" in text
    assert "NOT VALID: only 10 runs" in text


def test_a_float_model_is_held_against_floats():
    measured = measure_model(ROOT / "tests/data/tiny_float32.tflite", 1, 3)
    assert measured.numbers["multiply_adds"] == 12
    assert "peak_float32_per_s" in measured.numbers


def test_the_peak_is_no_small_number():
    assert peak("int8", 1, 0.05) > 1e8
    assert peak("float32", 1, 0.05) > 1e8


def test_a_model_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelError):
        measure_model(tmp_path / "none.tflite", 1, 1)
