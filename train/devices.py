"""Which of a machine's devices train together."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import keras


def together(devices: Sequence[str] = ()) -> AbstractContextManager[object]:
    """Inside it, models are made and loaded so that every GPU trains on its share of each batch.

    TensorFlow's `MirroredStrategy` where that is the backend and there are several GPUs; each holds a copy of the
    weights, and gradients are summed over all. The batch statistics are each device's own, as with any mirrored
    training. Elsewhere it does nothing: one device is used.

    Args:
        devices: TensorFlow's names of those to use, as "GPU:0"; none for every GPU.
    """
    if keras.config.backend() != "tensorflow":
        return nullcontext()
    import tensorflow

    found = list(devices) or [
        gpu.name.removeprefix("/device:") for gpu in tensorflow.config.list_logical_devices("GPU")
    ]
    if len(found) < 2:
        return nullcontext()
    scope: AbstractContextManager[object] = tensorflow.distribute.MirroredStrategy(found).scope()
    return scope
