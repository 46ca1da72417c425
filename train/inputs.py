"""Pictures as a network takes them, whatever its size."""

import keras
import numpy as np
from numpy.typing import NDArray

from edge.contract.preprocessing import whole


def inputs_of(model: keras.Model, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 (N, h, w) as float32 (N, height, width, 1) of the network's size, 0 to 255, resized as the edge does."""
    size = tuple(model.input_shape[1:3])
    if pixels.shape[1:] != size:
        pixels = np.stack([whole(picture, size) for picture in pixels])
    return pixels[..., None].astype(np.float32)
