"""Operators of a model and their multiply-adds."""

from pathlib import Path

import pytest

from edge.contract.interpreter import Model
from edge.contract.operations import multiply_adds

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "inputs", "output", "count"),
    [
        ("CONV_2D", [(1, 48, 48, 32), (64, 3, 3, 32), (64,)], (1, 24, 24, 64), 24 * 24 * 64 * 3 * 3 * 32),
        ("DEPTHWISE_CONV_2D", [(1, 48, 48, 32), (1, 3, 3, 32), (32,)], (1, 48, 48, 32), 48 * 48 * 32 * 3 * 3),
        ("FULLY_CONNECTED", [(1, 192), (7, 192), (7,)], (1, 7), 7 * 192),
        ("TRANSPOSE_CONV", [(4,), (16, 3, 3, 8), (1, 10, 10, 8)], (1, 20, 20, 16), 10 * 10 * 8 * 16 * 3 * 3),
        ("BATCH_MATMUL", [(1, 5, 6), (1, 6, 7)], (1, 5, 7), 5 * 6 * 7),
        ("ADD", [(1, 5, 6), (1, 5, 6)], (1, 5, 6), 0),
    ],
)
def test_counts_from_shapes(name, inputs, output, count):
    assert multiply_adds(name, inputs, output) == count


def test_the_operators_of_a_small_model_once_each():
    operations = Model.load(ROOT / "tests/data/tiny_float32.tflite").operations()
    assert [operation.name for operation in operations if operation.multiply_adds] == ["CONV_2D"]
    assert sum(operation.multiply_adds for operation in operations) == 4 * 3
    assert {operation.dtype for operation in operations} == {"float32"}
    assert "DELEGATE" not in {operation.name for operation in operations}


def test_a_matrix_product_counts_as_one():
    from edge.contract.interpreter import open_interpreter
    from edge.contract.operations import operations

    for dtype in ("int8", "float32"):
        data = (ROOT / f"edge/assets/peak_{dtype}.tflite").read_bytes()
        (work,) = [found for found in operations(open_interpreter(data, dtype, 1)) if found.multiply_adds]
        assert (work.multiply_adds, work.dtype) == (576 * 256 * 256, dtype)
