"""What a TFLite file says of itself: its tensors by name, its operators, the oldest runtime that loads it."""

from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

from edge.contract.manifest import Input, Output

_DTYPES = {schema.TensorType.FLOAT32: "float32", schema.TensorType.UINT8: "uint8", schema.TensorType.INT8: "int8"}
_OPERATORS = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
_KINDS = {"embedding": "embedding", "probabilities": "probabilities"}


@dataclass(frozen=True, slots=True)
class Facts:
    """Attributes:
    input: the one input, (1, height, width, channels).
    outputs: by the name that the Keras model gave them.
    operators: builtin operators and the highest version of each, such as {"CONV_2D": 3}.
    minimum_runtime: the TFLite version that the converter recorded, None where it did not.
    """

    input: Input
    outputs: dict[str, Output]
    operators: dict[str, int]
    minimum_runtime: str | None


def read_facts(data: bytes) -> Facts:
    """Reads a model that has one signature with one input."""
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    signature = model.signatureDefs[0]
    tensors = model.subgraphs[signature.subgraphIndex].tensors
    return Facts(
        input=_input(tensors[signature.inputs[0].tensorIndex]),
        outputs={
            entry.name.decode(): _output(entry.name.decode(), tensors[entry.tensorIndex]) for entry in signature.outputs
        },
        operators=_operators(model),
        minimum_runtime=_minimum_runtime(model),
    )


def _input(tensor: Any) -> Input:
    _, height, width, channels = (int(side) for side in tensor.shape)
    dtype = _DTYPES[tensor.type]
    if dtype == "float32":
        return Input(height, width, channels, dtype)
    quantization = tensor.quantization
    return Input(height, width, channels, dtype, float(quantization.scale[0]), int(quantization.zeroPoint[0]))


def _output(name: str, tensor: Any) -> Output:
    return Output(tensor.name.decode(), _KINDS.get(name, "logits"), int(tensor.shape[-1]))


def _operators(model: Any) -> dict[str, int]:
    # Codes above 127 are in one field, those below in the other: the larger one is the code.
    used = [
        (_OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)], code.version) for code in model.operatorCodes
    ]
    return dict(sorted(used))  # of several versions the highest stays


def _minimum_runtime(model: Any) -> str | None:
    for entry in model.metadata or []:
        if entry.name == b"min_runtime_version":
            return bytes(model.buffers[entry.buffer].data).rstrip(b"\0").decode() or None
    return None
