"""Keras on its backend, loaded when it is needed and kept from talking."""

import logging
import os

from edge.contract.quiet import native_output_to

log = logging.getLogger(__name__)


def load_keras() -> str:
    """Imports Keras and wakes its backend's devices. Returns the backend's name.

    TensorFlow writes pages to standard error while it starts; they become debug messages.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with native_output_to(log):
        import keras

        if keras.config.backend() == "tensorflow":
            import tensorflow

            tensorflow.config.list_logical_devices()
    return str(keras.config.backend())
