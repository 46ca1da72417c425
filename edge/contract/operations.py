"""What a loaded model computes: its operators and their multiply-adds, counted from the shapes of their tensors."""

import math
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator of a graph.

    Attributes:
        name: TFLite's, such as CONV_2D.
        output: shape of its first output.
        dtype: number type of its first input, such as "int8".
        multiply_adds: for one run; of convolutions and matrix products, 0 for all else.
    """

    name: str
    output: Shape
    dtype: str
    multiply_adds: int


def operations(interpreter: Any) -> list[Operation]:
    """The operators of a TFLite interpreter, whose tensors are allocated, in the graph's order.

    What a delegate took over is counted where it came from, not a second time as the delegate's.
    """
    tensors = {detail["index"]: detail for detail in interpreter.get_tensor_details()}
    found = interpreter._get_ops_details()  # there is no public way to ask, in either runtime
    return [_operation(entry, tensors) for entry in found if entry["op_name"] != "DELEGATE"]


def _operation(entry: Any, tensors: dict[int, Any]) -> Operation:
    inputs = [tensors.get(int(index)) for index in entry["inputs"]]  # one that is left out has the index -1
    first = next((detail for detail in inputs if detail is not None), None)
    shapes = [() if detail is None else _shape(detail) for detail in inputs]
    output = _shape(tensors[int(entry["outputs"][0])])
    dtype = "" if first is None else first["dtype"].__name__
    if entry["op_name"] == "TRANSPOSE_CONV":  # its first input is the output's shape
        dtype = inputs[2]["dtype"].__name__ if inputs[2] is not None else dtype
    return Operation(entry["op_name"], output, dtype, multiply_adds(entry["op_name"], shapes, output))


def _shape(detail: Any) -> Shape:
    return tuple(map(int, detail["shape"]))


def multiply_adds(name: str, inputs: list[Shape], output: Shape) -> int:
    """How often an operator multiplies and adds; 0 for one that is neither convolution nor matrix product.

    Args:
        name: TFLite's, such as CONV_2D.
        inputs: shapes of its inputs in TFLite's order. Weights are (out, height, width, in) for CONV_2D and
            TRANSPOSE_CONV, (1, height, width, out) for DEPTHWISE_CONV_2D, (out, in) for FULLY_CONNECTED.
        output: shape of its first output.
    """
    match name:
        case "CONV_2D":
            return math.prod(output) * math.prod(inputs[1][1:])
        case "DEPTHWISE_CONV_2D":
            return math.prod(output) * math.prod(inputs[1][1:3])
        case "FULLY_CONNECTED":
            return math.prod(output) * inputs[1][-1]
        case "TRANSPOSE_CONV":
            return math.prod(inputs[2]) * math.prod(inputs[1][:3])
        case "BATCH_MATMUL":
            return math.prod(output) * inputs[0][-1]
        case _:
            return 0
