"""Mini-Xception: Arriaga, Valdenegro-Toro and Ploeger 2017 (arXiv 1710.07557), the network of many demos."""

from collections.abc import Sequence

import keras
from keras import layers, regularizers

from train.architectures.heads import EMBEDDING, Head, head_name
from train.architectures.layout import channels, face, normalized, scaled


def mini_xception(
    heads: Sequence[Head],
    size: tuple[int, int] = (64, 64),
    embedding: bool = False,
    l2: float = 0.01,
    widths: Sequence[int] = (16, 32, 64, 128),
) -> keras.Model:
    """Depthwise separable convolutions with shortcuts, and no Dense layer: 58,423 parameters for seven labels.

    Args:
        heads: the outputs that are trained.
        size: height and width of the input in pixels.
        embedding: whether the last module's features, averaged, are an output too.
        l2: factor of the sum of the squared weights of the first two convolutions in the loss.
        widths: filters of each module; each halves the resolution.

    Returns:
        A model whose outputs, float32 (batch, n) each, are a dict by name.
    """
    inputs = face(size)
    x = scaled(inputs)
    for _ in range(2):
        x = layers.Conv2D(8, 3, use_bias=False, kernel_regularizer=regularizers.L2(l2))(x)
        x = layers.ReLU()(normalized(x))
    for width in widths:
        x = _module(x, width)
    return keras.Model(inputs, _heads(x, heads, embedding), name="mini_xception")


def _module(x, width: int):
    # The same as a 1x1 convolution with strides of 2, whose gradient ends TensorFlow 2.21 on CPUs (oneDNN).
    shortcut = layers.MaxPooling2D(1, 2, padding="same")(x)
    shortcut = normalized(layers.Conv2D(width, 1, use_bias=False)(shortcut))
    x = normalized(layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x))
    x = layers.ReLU()(x)
    x = normalized(layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x))
    x = layers.MaxPooling2D(3, 2, padding="same")(x)
    return layers.Add()([x, shortcut])


def _heads(x, heads: Sequence[Head], embedding: bool):
    """One 3x3 convolution a head, averaged over the picture."""
    outputs = {}
    if embedding:
        pooled = layers.GlobalAveragePooling2D(keepdims=True)(x)
        outputs[EMBEDDING] = layers.Reshape((x.shape[channels()],), name=EMBEDDING, dtype="float32")(pooled)
    for head in heads:
        scores = layers.Conv2D(head.classes, 3, padding="same", name=head_name(head.name), dtype="float32")(x)
        scores = layers.GlobalAveragePooling2D(dtype="float32")(scores)
        last = "softmax" if head.softmax else "linear"
        outputs[head.name] = layers.Activation(last, name=head.name, dtype="float32")(scores)
    return outputs
