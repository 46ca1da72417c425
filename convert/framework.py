"""TensorFlow, loaded when it is needed and kept from talking."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from typing import Any

from edge.contract.errors import ConfigurationError
from edge.contract.quiet import native_output_to

log = logging.getLogger(__name__)


def tensorflow() -> Any:
    """The TensorFlow module; Keras then runs on it, whatever it was set to train with.

    Raises:
        ConfigurationError: it is not installed.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"  # only this backend exports what the converter reads
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet():
        try:
            import tensorflow
        except ImportError as error:
            raise ConfigurationError(
                f"conversion needs TensorFlow ({error}); install it: python -m pip install -r requirements-train.txt"
            ) from None
    return tensorflow


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Holds back Python warnings, and turns what native code writes to standard error into debug messages."""
    with native_output_to(log), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
