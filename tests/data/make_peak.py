"""Makes edge/assets/peak_int8.tflite and peak_float32.tflite, by which `bench --model` measures the machine.

From the project's root, with requirements-train.txt installed: python tests/data/make_peak.py

Each is one convolution of 1x1 over 24x24 places, from 256 channels to 256: a matrix product of 576x256 by 256x256, 37.7
million multiply-adds. The weights are all alike, so that the files pack well; the time does not depend on them.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf

ASSETS = Path(__file__).parents[2] / "edge" / "assets"
PLACES, CHANNELS = 24, 256


def convert(quantized: bool) -> bytes:
    """TFLite bytes."""
    weights = np.full((1, 1, CHANNELS, CHANNELS), 1 / CHANNELS, np.float32)
    spec = tf.TensorSpec((1, PLACES, PLACES, CHANNELS), tf.float32)
    module = tf.Module()
    module.call = tf.function(lambda values: tf.nn.conv2d(values, weights, 1, "VALID"), input_signature=[spec])
    converter = tf.lite.TFLiteConverter.from_concrete_functions([module.call.get_concrete_function()], module)
    if quantized:
        rng = np.random.default_rng(0)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([rng.uniform(-1, 1, spec.shape).astype(np.float32)],)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


if __name__ == "__main__":
    for name, quantized in {"int8": True, "float32": False}.items():
        (ASSETS / f"peak_{name}.tflite").write_bytes(convert(quantized))
