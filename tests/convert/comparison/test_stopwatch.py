import shutil
from pathlib import Path

import pytest

from convert.comparison.stopwatch import cost, latency
from edge.contract.errors import ModelError
from edge.contract.interpreter import Model

DATA = Path(__file__).parents[2] / "data"


def test_a_median_lies_below_the_95th_percentile():
    median, p95 = latency(Model.load(DATA / "tiny_int8.tflite"), 20)
    assert 0 < median <= p95


def test_a_process_of_its_own_holds_no_framework():
    found = cost(DATA / "tiny_int8.tflite", threads=2, runs=5)
    assert 0 < found.median <= found.p95
    if found.resident is not None:
        assert 5 < found.resident < 200, "TensorFlow alone would need more"
        assert 0 <= found.grown < found.resident


def test_a_model_that_does_not_load_there(tmp_path):
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_int8{suffix}", tmp_path / f"mine{suffix}")
    (tmp_path / "mine.tflite").write_bytes(b"changed")
    with pytest.raises(ModelError, match=r"mine\.tflite: cannot be timed: .*sha256"):
        cost(tmp_path / "mine.tflite", threads=1, runs=1)
