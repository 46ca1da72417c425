"""What a TFLite model costs, operator by operator: multiply-adds, weights, memory in flight."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from convert.tflite.flatbuffer import operator_codes, parse, schema
from edge.contract.errors import InputError
from edge.contract.operations import multiply_adds

_WIDTHS = {"FLOAT16": 2, "INT16": 2, "UINT16": 2, "INT8": 1, "UINT8": 1, "BOOL": 1, "INT64": 8, "UINT64": 8}
"""Bytes of one number; 4 for what is not named."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One operator of a graph.

    Attributes:
        operator: its name, such as CONV_2D.
        version: of the operator.
        output: shape of its first output.
        dtype: number type of its first output, such as INT8.
        multiply_adds: for one picture; of convolutions and matrix products, 0 for what only moves or adds numbers.
        weights: bytes of the constants that it is the first to use.
        activations: bytes of its outputs.
    """

    operator: str
    version: int
    output: tuple[int, ...]
    dtype: str
    multiply_adds: int
    weights: int
    activations: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A whole file. `peak` is the most bytes of activations that must be kept at once, in the order of the layers."""

    layers: tuple[Layer, ...]
    size: int
    peak: int

    @property
    def multiply_adds(self) -> int:
        """Of all layers."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def weights(self) -> int:
        """Bytes of all constants that layers use."""
        return sum(layer.weights for layer in self.layers)


def inspect(data: bytes, where: str) -> Inspection:
    """Reads a TFLite file, whatever it is for. Raises InputError where it is not one."""
    model = parse(data, where)
    codes, types = operator_codes(model), _type_names()
    layers: list[Layer] = []
    try:
        for graph in model.subgraphs:
            seen: set[int] = set()
            layers.extend(_layer(model, graph, operator, codes, types, seen) for operator in graph.operators or ())
        return Inspection(tuple(layers), len(data), _peak(model, model.subgraphs[0], types))
    except (IndexError, TypeError, AttributeError) as error:
        raise InputError(f"{where}: a damaged TFLite model ({error})") from None


def _layer(
    model: Any, graph: Any, operator: Any, codes: list[tuple[str, int]], types: dict[int, str], seen: set[int]
) -> Layer:
    name, version = codes[operator.opcodeIndex]
    inputs = [int(index) for index in operator.inputs if index >= 0]  # -1: an input that was left out
    outputs = [graph.tensors[index] for index in operator.outputs]
    output = _shape(outputs[0]) if outputs else ()
    weights = sum(_constant(model, graph.tensors[index]) for index in set(inputs) - seen)
    seen.update(inputs)
    return Layer(
        operator=name,
        version=version,
        output=output,
        dtype=types.get(outputs[0].type, "?") if outputs else "",
        multiply_adds=multiply_adds(name, [_shape(graph.tensors[index]) for index in inputs], output),
        weights=weights,
        activations=sum(_bytes(tensor, types) for tensor in outputs),
    )


def _peak(model: Any, graph: Any, types: dict[int, str]) -> int:
    """What is alive while each operator runs: its inputs and outputs, and what later ones still need."""
    operators = graph.operators or ()
    born = {int(index): -1 for index in graph.inputs}
    dies = {int(index): len(operators) for index in graph.outputs}
    for at, operator in enumerate(operators):
        for index in operator.outputs:
            born.setdefault(int(index), at)
        for index in operator.inputs:
            dies[int(index)] = max(at, dies.get(int(index), at))
    spans = [
        (born[index], dies.get(index, born[index]), _bytes(graph.tensors[index], types))
        for index in born
        if not _constant(model, graph.tensors[index])
    ]
    return max((_alive(spans, at) for at in range(len(operators))), default=0)


def _alive(spans: Iterable[tuple[int, int, int]], at: int) -> int:
    return sum(size for first, last, size in spans if first <= at <= last)


def _constant(model: Any, tensor: Any) -> int:
    """Bytes of a tensor that the file holds; 0 for one that is computed."""
    data = model.buffers[tensor.buffer].data if tensor.buffer < len(model.buffers) else None
    return 0 if data is None else len(data)


def _shape(tensor: Any) -> tuple[int, ...]:
    return () if tensor.shape is None else tuple(int(side) for side in tensor.shape)


def _bytes(tensor: Any, types: dict[int, str]) -> int:
    return math.prod(_shape(tensor)) * _WIDTHS.get(types.get(tensor.type, ""), 4)


def _type_names() -> dict[int, str]:
    return {code: name for name, code in vars(schema().TensorType).items() if not name.startswith("_")}


def describe(found: Inspection) -> str:
    """A table for people: a line for each layer, then the totals."""
    head = f"{'':>3} {'operator':<22}{'v':>2}  {'output':<18}{'type':<9}"
    head += f"{'multiply-adds':>14}{'weights, B':>12}{'output, B':>11}"
    rows = [
        f"{number:>3} {layer.operator:<22}{layer.version:>2}  {'x'.join(map(str, layer.output)) or '-':<18}"
        f"{layer.dtype:<9}{layer.multiply_adds:>14,}{layer.weights:>12,}{layer.activations:>11,}"
        for number, layer in enumerate(found.layers)
    ]
    total = f"{len(found.layers)} layers"
    return "\n".join(
        [
            head,
            *rows,
            f"{'':>3} {total:<53}{found.multiply_adds:>14,}{found.weights:>12,}",
            f"file {found.size:,} bytes; at most {found.peak:,} bytes of activations at once",
        ]
    )
