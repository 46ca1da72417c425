"""From a network to the bytes of a TFLite model."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from convert.errors import CheckFailed
from convert.framework import quiet, tensorflow
from convert.origin.graph import Faces, Graph

log = logging.getLogger(__name__)


def quantize(graph: Graph, name: str, calibration: Faces, kind: str = "int8") -> bytes:
    """Converts a network for one picture at a time.

    It goes by way of a SavedModel: `TFLiteConverter.from_keras_model` has broken with several versions of Keras 3.

    Args:
        graph: as it was read.
        name: for errors.
        calibration: ordinary inputs; an all-black and an all-white picture are added to them. Only int8 needs them.
        kind: one of `KINDS`.

    Raises:
        CheckFailed: the converter refuses the network.
    """
    tf = tensorflow()
    try:
        with tempfile.TemporaryDirectory(prefix="convert-") as folder, quiet():
            graph.save(folder)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            # The oldest runtime that is supported (2.14) refuses Dense layers that are quantized channel by channel.
            converter._experimental_disable_per_channel_quantization_for_dense_layers = True
            KINDS[kind](converter, _with_extremes(calibration))
            return bytes(converter.convert())
    except Exception as error:  # the converter has no error of its own for a network that it cannot take
        log.debug("the converter failed", exc_info=True)
        reason = " ".join(str(error).split())[:300]
        raise CheckFailed(f"TensorFlow cannot convert {name} to {kind}: {type(error).__name__}: {reason}") from None


def _with_extremes(calibration: Faces) -> Faces:
    """Black and white make the input's range 0 to 255, which int8 holds with scale 1 and zero point -128."""
    shape = (1, *calibration.shape[1:])
    return np.concatenate([calibration, np.zeros(shape, np.float32), np.full(shape, 255, np.float32)])


def _int8(converter: Any, calibration: Faces) -> None:
    """Whole numbers everywhere, the input and the outputs too."""
    tf = tensorflow()

    def representative() -> Iterator[list[Faces]]:
        for picture in calibration:
            yield [picture[None]]

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8


def _float16(converter: Any, _: Faces) -> None:
    """Weights of half the size; the arithmetic stays float32."""
    tf = tensorflow()
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]


def _dynamic(converter: Any, _: Faces) -> None:
    """Weights as int8; activations are float32 between layers and brought to int8 by the runtime as it goes."""
    converter.optimizations = [tensorflow().lite.Optimize.DEFAULT]


def _float32(converter: Any, _: Faces) -> None:
    """As it was trained."""


KINDS: dict[str, Callable[[Any, Faces], None]] = {
    "int8": _int8,
    "float16": _float16,
    "dynamic": _dynamic,
    "float32": _float32,
}
"""How the converter is set for each kind of model."""
