"""The number format in which networks are made, loaded and trained."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Inside it, layers and models have this Keras dtype policy unless they name their own.

    A saved model keeps the policy of each layer but not its own, by which Keras decides whether to scale the loss, as
    mixed_float16 needs; so a training is loaded inside it, too.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
