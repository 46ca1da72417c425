"""TensorFlow, loaded when it is needed and kept from talking."""

import contextlib
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from edge.contract.errors import ConfigurationError

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
    """Holds back Python warnings and all that is written to file descriptor 2.

    TensorFlow's native parts report their start there on every run, before any setting of theirs is read. Nothing is
    held back where this module logs debug messages.
    """
    if log.isEnabledFor(logging.DEBUG):
        yield
        return
    sys.stderr.flush()
    terminal = os.dup(2)
    with tempfile.TemporaryFile() as noise, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.dup2(noise.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(terminal, 2)
            os.close(terminal)
