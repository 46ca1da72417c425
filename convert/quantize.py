"""From a Keras model to the bytes of a TFLite model."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert.errors import CheckFailed
from convert.framework import quiet, tensorflow

log = logging.getLogger(__name__)

Inputs = NDArray[np.float32]
"""Pictures as the model takes them: float32, (N, height, width, channels), 0 to 255."""


def quantize(model: Any, calibration: Inputs, kind: str = "int8") -> bytes:
    """Converts a model for one picture at a time.

    It goes by way of a SavedModel: `TFLiteConverter.from_keras_model` has broken with several versions of Keras 3.

    Args:
        model: a keras.Model on the TensorFlow backend.
        calibration: ordinary inputs; an all-black and an all-white picture are added to them.
        kind: one of `KINDS`.

    Raises:
        CheckFailed: the converter refuses the model.
    """
    tf = tensorflow()
    signature = [tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="face")]
    try:
        with tempfile.TemporaryDirectory(prefix="convert-") as folder, quiet():
            model.export(folder, format="tf_saved_model", input_signature=signature, verbose=False)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
            KINDS[kind](converter, _with_extremes(calibration))
            return bytes(converter.convert())
    except Exception as error:  # the converter has no error of its own for a model that it cannot take
        log.debug("the converter failed", exc_info=True)
        reason = " ".join(str(error).split())[:300]
        raise CheckFailed(
            f"TensorFlow cannot convert {model.name} to {kind}: {type(error).__name__}: {reason}"
        ) from None


def _with_extremes(calibration: Inputs) -> Inputs:
    """Black and white make the input's range 0 to 255, which int8 holds with scale 1 and zero point -128."""
    shape = (1, *calibration.shape[1:])
    return np.concatenate([calibration, np.zeros(shape, np.float32), np.full(shape, 255, np.float32)])


def _int8(converter: Any, calibration: Inputs) -> None:
    """Whole numbers everywhere, the input and the outputs too."""
    tf = tensorflow()

    def representative() -> Iterator[list[Inputs]]:
        for picture in calibration:
            yield [picture[None]]

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    # The oldest runtime that is supported (2.14) refuses Dense layers that are quantized channel by channel.
    converter._experimental_disable_per_channel_quantization_for_dense_layers = True


KINDS: dict[str, Callable[[Any, Inputs], None]] = {"int8": _int8}
"""How the converter is set for each kind of model."""
