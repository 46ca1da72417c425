"""Makes the tiny models beside this file.

From the project's root, with requirements-train.txt installed: python tests/data/make_models.py

Every model looks at the means of the picture's four quarters (top left, top right, bottom left, bottom right). So a
test can work out its answers in numpy, and a picture that is mirrored, transposed or scaled gives other ones. They are
real TFLite files, because what they are there to test is how the runtime is spoken to.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import tensorflow as tf

from edge.contract.manifest import Input, Manifest, Output

HERE = Path(__file__).parent
LABELS = ("angry", "happy", "neutral")
MIX = np.array([[3, -1, 0], [-2, 2, 0], [0, 1, -3], [-1, -2, 4]], np.float32) / 64
"""(quarters, labels): the logits are the quarters' means times this, plus `BIAS`."""
BIAS = np.array([0.5, 0, -1], np.float32)
CHANNELS = np.array([0.5, 0.3, 0.2], np.float32)
"""How the model of three channels weighs them; they sum to 1."""


def emotion(channels: int) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Logits and embedding (the four means) of a face."""

    def call(face: tf.Tensor) -> dict[str, tf.Tensor]:
        grey = face if channels == 1 else tf.nn.conv2d(face, CHANNELS.reshape(1, 1, 3, 1), 1, "VALID")
        quarters = tf.reshape(tf.nn.avg_pool2d(grey, 24, 24, "VALID"), (1, 1, 1, 4))
        logits = tf.nn.conv2d(quarters, MIX.reshape(1, 1, 4, 3), 1, "VALID") + BIAS
        return {"embedding": tf.reshape(quarters, (1, 4)), "logits": tf.reshape(logits, (1, 3))}

    return call


def gate(face: tf.Tensor) -> dict[str, tf.Tensor]:
    """Probabilities of other and human: the darker the picture, the more human."""
    mean = tf.nn.avg_pool2d(face, 48, 48, "VALID")
    scores = tf.nn.conv2d(mean, np.array([1, -1], np.float32).reshape(1, 1, 1, 2) / 64, 1, "VALID")
    scores = tf.nn.bias_add(scores, [-2.0, 2.0])
    return {"probabilities": tf.nn.softmax(tf.reshape(scores, (1, 2)))}


def best(face: tf.Tensor) -> dict[str, tf.Tensor]:
    """The index of the brightest quarter: whole numbers without a scale, which no manifest can describe."""
    return {"logits": tf.argmax(emotion(1)(face)["embedding"], axis=1)}


def two_inputs(face: tf.Tensor, mask: tf.Tensor) -> dict[str, tf.Tensor]:
    """A model that wants more than a face."""
    return emotion(1)(face * mask)


def convert(call: Callable, channels: int = 1, dtype: str = "float32", low: float = 0, high: float = 255) -> bytes:
    """TFLite bytes; `low` and `high` are the input's range when it is quantized."""
    spec = tf.TensorSpec((1, 48, 48, channels), tf.float32)
    specs = [spec] * call.__code__.co_argcount
    module = tf.Module()
    module.call = tf.function(call, input_signature=specs)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([module.call.get_concrete_function()], module)
    if dtype != "float32":
        rng = np.random.default_rng(0)
        faces = [np.full(spec.shape, value, np.float32) for value in (low, high)]
        faces += [
            rng.uniform(low, high, (1, 2, 2, 1)).repeat(24, 1).repeat(24, 2).astype(np.float32) for _ in range(99)
        ]
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([face] for face in faces)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.dtypes.as_dtype(dtype)
    return converter.convert()


def describe(data: bytes, task: str, sizes: dict[str, int]) -> Manifest:
    """The manifest of a model's bytes; outputs are told apart by their sizes."""
    interpreter = tf.lite.Interpreter(model_content=data)
    source = interpreter.get_input_details()[0]
    scale, zero_point = source["quantization"]
    _, height, width, channels = map(int, source["shape"])
    tensors = {int(np.prod(detail["shape"])): detail["name"] for detail in interpreter.get_output_details()}
    scores = next(iter(sizes))
    return Manifest(
        task=task,
        sha256=hashlib.sha256(data).hexdigest(),
        labels=LABELS if task == "emotion" else ("other", "human"),
        input=Input(height, width, channels, np.dtype(source["dtype"]).name, float(scale) or 1.0, int(zero_point)),
        outputs={name: Output(tensors[size], name, size) for name, size in sizes.items()},
        scores=scores,
        threshold=0.4 if task == "emotion" else 0.5,
        provenance={"made_by": "tests/data/make_models.py"},
    )


def save(name: str, data: bytes, manifest: Manifest) -> None:
    """Writes a model and its manifest."""
    (HERE / f"{name}.tflite").write_bytes(data)
    (HERE / f"{name}.json").write_text(manifest.to_json())


def main() -> None:
    """Makes them all."""
    outputs = {"logits": 3, "embedding": 4}
    for name, data in {
        "tiny_float32": convert(emotion(1)),
        "tiny_int8": convert(emotion(1), dtype="int8"),
        "tiny_uint8": convert(emotion(1), dtype="uint8", low=-32, high=172),  # scale 0.8, zero point 40
        "tiny_rgb": convert(emotion(3), channels=3),
    }.items():
        save(name, data, describe(data, "emotion", outputs))
    data = convert(gate, dtype="int8")
    save("tiny_gate", data, describe(data, "gate", {"probabilities": 2}))
    data = convert(best)
    found = describe(data, "emotion", {"logits": 1})
    save("odd_argmax", data, replace(found, labels=("brightest",)))
    data = convert(two_inputs)
    save("odd_two_inputs", data, describe(data, "emotion", outputs))


if __name__ == "__main__":
    main()
