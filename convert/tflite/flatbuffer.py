"""What a TFLite file says of itself: its tensors by name, its operators, the oldest runtime that loads it."""

import struct
from dataclasses import dataclass
from typing import Any

from convert.errors import CheckFailed
from edge.contract.errors import ConfigurationError, InputError
from edge.contract.manifest import Input, Output

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


def schema() -> Any:
    """TFLite's own description of the file format.

    Raises:
        ConfigurationError: the package that has it is not installed (tflite-runtime has none).
    """
    try:
        from ai_edge_litert import schema_py_generated
    except ImportError as error:
        raise ConfigurationError(
            f"reading a TFLite file needs ai-edge-litert ({error}); install it: python -m pip install ai-edge-litert"
        ) from None
    return schema_py_generated


def parse(data: bytes, where: str) -> Any:
    """A TFLite file as the schema's `ModelT`.

    Raises:
        InputError: it is not one, or it is damaged.
    """
    form = schema()
    if data[4:8] != b"TFL3":
        raise InputError(f"{where}: not a TFLite model")
    try:
        model = form.ModelT.InitFromPackedBuf(data, 0)
        if not model.subgraphs:
            raise ValueError("it has no graph")
    except (struct.error, ValueError, TypeError, IndexError, AttributeError, MemoryError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{where}: a damaged TFLite model ({reason})") from None
    return model


def read_facts(data: bytes, where: str = "the converted model") -> Facts:
    """Reads a model that has one signature with one input.

    Raises:
        InputError: it is not a TFLite model.
        CheckFailed: its tensors are of a kind that the edge does not take.
    """
    model = parse(data, where)
    signature = model.signatureDefs[0]
    tensors = model.subgraphs[signature.subgraphIndex].tensors
    return Facts(
        input=_input(tensors[signature.inputs[0].tensorIndex], where),
        outputs={
            entry.name.decode(): _output(entry.name.decode(), tensors[entry.tensorIndex]) for entry in signature.outputs
        },
        operators=operators(model),
        minimum_runtime=_minimum_runtime(model),
    )


def operators(model: Any) -> dict[str, int]:
    """The operators of a parsed model and the highest version of each."""
    return dict(sorted(operator_codes(model)))  # of several versions the highest stays


def operator_codes(model: Any) -> list[tuple[str, int]]:
    """Name and version of each of a parsed model's operator codes, in the file's order."""
    names = {code: name for name, code in vars(schema().BuiltinOperator).items() if not name.startswith("_")}
    return [(_name(code, names), code.version) for code in model.operatorCodes or ()]


def _name(code: Any, names: dict[int, str]) -> str:
    # Codes above 127 are in one field, those below in the other: the larger one is the code.
    name = names.get(number := max(code.builtinCode, code.deprecatedBuiltinCode), f"operator {number}")
    return f"CUSTOM {(code.customCode or b'').decode(errors='replace')}" if name == "CUSTOM" else name


def _input(tensor: Any, where: str) -> Input:
    form = schema().TensorType
    dtypes = {form.FLOAT32: "float32", form.UINT8: "uint8", form.INT8: "int8"}
    if tensor.type not in dtypes or len(tensor.shape) != 4:
        raise CheckFailed(f"{where}: its input is of type {tensor.type} and shape {list(tensor.shape)}")
    _, height, width, channels = (int(side) for side in tensor.shape)
    dtype = dtypes[tensor.type]
    if dtype == "float32":
        return Input(height, width, channels, dtype)
    quantization = tensor.quantization
    return Input(height, width, channels, dtype, float(quantization.scale[0]), int(quantization.zeroPoint[0]))


def _output(name: str, tensor: Any) -> Output:
    return Output(tensor.name.decode(), _KINDS.get(name, "logits"), int(tensor.shape[-1]))


def _minimum_runtime(model: Any) -> str | None:
    for entry in model.metadata or []:
        if entry.name == b"min_runtime_version":
            return bytes(model.buffers[entry.buffer].data).rstrip(b"\0").decode() or None
    return None
