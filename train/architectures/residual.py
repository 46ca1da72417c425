"""The shipped networks: residual nets with heads of 1x1 convolutions on pooled features.

They have no Dense layers: the operator versions that converters write for those do not load on the oldest runtime.
"""

from collections.abc import Sequence

import keras
from keras import layers

from train.architectures.heads import Head, pooled_heads
from train.architectures.layout import channels, face, normalized, scaled


def _convolution(x, filters: int, size: int = 3, strides: int = 1, activation: bool = True):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    x = normalized(x)
    return layers.ReLU()(x) if activation else x


def _residual(x, filters: int, strides: int):
    shortcut = x
    if strides != 1 or x.shape[channels()] != filters:
        if strides != 1:  # averaging keeps what a strided 1x1 convolution would skip (ResNet-D, arXiv 1812.01187)
            shortcut = layers.AveragePooling2D(strides)(shortcut)
        shortcut = _convolution(shortcut, filters, 1, activation=False)
    x = _convolution(x, filters, strides=strides)
    x = _convolution(x, filters, activation=False)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def residual(
    heads: Sequence[Head],
    size: tuple[int, int] = (48, 48),
    stem: int = 32,
    stages: Sequence[tuple[int, int]] = ((64, 2), (128, 2), (192, 2)),
    dropout: float = 0.3,
    embedding: bool = False,
) -> keras.Model:
    """A residual net after He et al. 2016 (arXiv 1512.03385), thin and for small pictures.

    Args:
        heads: the outputs that are trained.
        size: height and width of the input in pixels.
        stem: filters of the first convolution, the only one at full resolution.
        stages: filters and number of blocks of each stage; each stage halves the resolution.
        dropout: share of the pooled features that is dropped in training.
        embedding: whether the pooled features are an output too.

    Returns:
        A model whose outputs, float32 (batch, n) each, are a dict by name.
    """
    inputs = face(size)
    x = _convolution(scaled(inputs), stem)
    for filters, blocks in stages:
        for block in range(blocks):
            x = _residual(x, filters, strides=1 if block else 2)
    return keras.Model(inputs, pooled_heads(x, heads, dropout, embedding), name="residual")
