"""The one file that knows TFLite: loads a model from verified bytes and speaks its numbers.

The runtime is `ai-edge-litert`, or `tflite-runtime` where that alone has wheels (32-bit Arm). Both give the same
interface.
"""

import logging
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError, ModelError
from edge.contract.manifest import Input, Manifest, load_manifest
from edge.contract.operations import Operation, operations
from edge.contract.quiet import native_output_to
from edge.contract.records import Grey

log = logging.getLogger(__name__)

_DTYPES: dict[str, type[np.generic]] = {"int8": np.int8, "uint8": np.uint8, "float32": np.float32}

# Of numpy's types: with Python's own, numpy takes twice as long.
_BYTE = np.dtype(np.uint8)
_SIGN = np.uint8(0x80)


class Model:
    """A TFLite model and its manifest, checked against each other.

    Attributes:
        manifest: what is known of the model.
        name: what messages call it: where it was loaded from a file, the file's path.
    """

    def __init__(self, data: bytes, manifest: Manifest, name: str, threads: int = 1):
        """Takes the bytes that were verified, never a path that may have changed since.

        Args:
            data: the .tflite file's content.
            manifest: what is known of it.
            name: for messages.
            threads: processor cores to use.

        Raises:
            ModelError: the bytes are not the manifest's, no runtime is installed, the runtime refuses the model, or
                the model's tensors are not what the manifest says.
        """
        manifest.check_bytes(data, name)
        self.manifest = manifest
        self.name = name
        self._interpreter = open_interpreter(data, name, threads)
        self._input = self._check_input()
        self._size = manifest.input.size
        self._pixels = self._interpreter.tensor(self._input) if _shifts_pixels(manifest.input) else None
        self._outputs = self._check_outputs()

    @classmethod
    def load(cls, path: Path, threads: int = 1) -> "Model":
        """Reads NAME.tflite and NAME.json. Raises ModelError as the constructor, and where a file cannot be read."""
        manifest = load_manifest(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
        return cls(data, manifest, str(path), threads)

    def run(self, face: Grey) -> dict[str, NDArray[np.float32]]:
        """Runs the model on one face.

        Args:
            face: uint8 of the manifest's height and width, from `edge.contract.preprocessing`.

        Returns:
            Every output by its manifest name, dequantized: float32, (size,).

        Raises:
            InputError: the face has another shape or type.
        """
        self.feed(face)
        self.invoke()
        return {name: self.read(name) for name in self._outputs}

    def feed(self, face: Grey) -> None:
        """The first third of `run`: quantizes a face and hands it to the runtime. Raises as `run`."""
        if face.shape != self._size or face.dtype != _BYTE:
            raise InputError(f"{self.name}: face is {face.dtype} {face.shape}, expected uint8 {self._size}")
        if self._pixels is None:
            self._interpreter.set_tensor(self._input, self._quantize(face))
        else:
            # Straight into the runtime's memory. It runs only while nobody holds on to that, so it is asked for anew.
            np.bitwise_xor(face, _SIGN, out=self._pixels().view(_BYTE).reshape(self._size))

    def invoke(self) -> None:
        """The second third of `run`: the computation itself."""
        self._interpreter.invoke()

    def read(self, name: str) -> NDArray[np.float32]:
        """The last third of `run`: one output by its manifest name, dequantized: float32, (size,)."""
        return np.array(self.numbers(name), np.float32)

    def numbers(self, name: str) -> list[float]:
        """The same as plain numbers: of a few, as there are labels, they take half of the time."""
        output = self._outputs[name]
        values = self._interpreter.get_tensor(output.tensor)
        if output.meanings is None:
            return values.reshape(-1).tolist()  # type: ignore[no-any-return]
        return [output.meanings[byte] for byte in values.tobytes()]

    def operations(self) -> list[Operation]:
        """What the graph consists of, in its order."""
        return operations(self._interpreter)

    def _quantize(self, face: Grey) -> NDArray[Any]:
        wanted = self.manifest.input
        if wanted.dtype == "float32":
            values: NDArray[Any] = face.astype(np.float32)
        else:
            low, high = (-128, 127) if wanted.dtype == "int8" else (0, 255)
            steps = np.round(face / np.float32(wanted.scale)) + wanted.zero_point
            values = np.clip(steps, low, high).astype(_DTYPES[wanted.dtype])
        values = values[None, :, :, None]
        return values if wanted.channels == 1 else np.repeat(values, wanted.channels, axis=3)

    def _check_input(self) -> int:
        details = self._interpreter.get_input_details()
        wanted = self.manifest.input
        if len(details) != 1:
            raise ModelError(f"{self.name}: {len(details)} inputs, expected one")
        found = details[0]
        shape = (1, wanted.height, wanted.width, wanted.channels)
        if tuple(found["shape"]) != shape or found["dtype"] != _DTYPES[wanted.dtype]:
            raise ModelError(
                f"{self.name}: its input is {found['dtype'].__name__} {tuple(map(int, found['shape']))}, "
                f"its manifest says {wanted.dtype} {shape}"
            )
        if wanted.dtype != "float32" and not _same_quantization(found["quantization"], wanted.scale, wanted.zero_point):
            raise ModelError(
                f"{self.name}: its input has scale and zero point {found['quantization']}, "
                f"its manifest says {(wanted.scale, wanted.zero_point)}"
            )
        return int(found["index"])

    def _check_outputs(self) -> dict[str, "_Output"]:
        by_tensor = {detail["name"]: detail for detail in self._interpreter.get_output_details()}
        outputs = {}
        for name, wanted in self.manifest.outputs.items():
            found = by_tensor.get(wanted.tensor)
            if found is None:
                raise ModelError(
                    f"{self.name}: no output {wanted.tensor!r} for {name}; there are {', '.join(by_tensor)}"
                )
            if int(np.prod(found["shape"])) != wanted.size:
                shape = tuple(map(int, found["shape"]))
                raise ModelError(f"{self.name}: {name} is {shape}, expected {wanted.size} values")
            dtype = np.dtype(found["dtype"]).name
            if dtype not in _DTYPES or (dtype != "float32" and found["quantization"][0] <= 0):
                raise ModelError(f"{self.name}: {name} is {dtype} without a scale, expected {', '.join(_DTYPES)}")
            meanings = None if dtype == "float32" else _meanings(found["dtype"], *found["quantization"])
            outputs[name] = _Output(int(found["index"]), meanings)
        return outputs


class _Output(NamedTuple):
    """Where an output is, and what each of its 256 values means, by their bytes: None of float32."""

    tensor: int
    meanings: list[float] | None


def _meanings(dtype: type[np.generic], scale: float, zero_point: int) -> list[float]:
    """What the bytes 0 to 255 of an eight-bit output stand for, calculated in float32."""
    values = np.arange(256, dtype=np.uint8).view(dtype).astype(np.float32)
    return ((values - np.float32(zero_point)) * np.float32(scale)).tolist()  # type: ignore[no-any-return]


def runtime() -> str:
    """Name and version of the runtime in use, such as "ai-edge-litert 2.3.0"."""
    from importlib.metadata import version

    name = _interpreter_class().__module__.split(".")[0]
    package = {"ai_edge_litert": "ai-edge-litert", "tflite_runtime": "tflite-runtime"}[name]
    return f"{package} {version(package)}"


def _interpreter_class() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as first:
        try:
            from tflite_runtime.interpreter import Interpreter
        except ImportError as second:
            raise ModelError(
                "no TFLite runtime can be imported; install it with: python -m pip install -r requirements-edge.txt "
                f"(ai-edge-litert: {first}; tflite-runtime: {second})"
            ) from None
    return Interpreter


def open_interpreter(data: bytes, name: str, threads: int) -> Any:
    """The runtime's own interpreter, ready to be fed. Raises ModelError where it refuses the bytes; `name` says whose.

    For a model that is used, take `Model`, which checks what it loads.
    """
    interpreter_class = _interpreter_class()
    try:
        with native_output_to(log):
            interpreter = interpreter_class(model_content=data, num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise ModelError(f"{name}: {interpreter_class.__module__} cannot load it: {reason}") from None
    return interpreter


def _shifts_pixels(wanted: Input) -> bool:
    """Whether a model takes grey pixels less 128 as int8: then quantizing turns over the first bit of each byte."""
    return (wanted.dtype, wanted.scale, wanted.zero_point, wanted.channels) == ("int8", 1.0, -128, 1)


def _same_quantization(found: tuple[float, int], scale: float, zero_point: int) -> bool:
    return bool(np.isclose(found[0], scale, rtol=1e-6, atol=0)) and found[1] == zero_point
