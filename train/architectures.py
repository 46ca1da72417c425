"""Networks, built with Keras 3 for any of its backends.

Every network takes grey pixels as they come (0 to 255, shape (batch, height, width, 1)) and scales them itself, so
that nothing outside the graph can scale them differently. The heads are 1x1 convolutions on pooled features instead
of Dense layers: the operator versions that converters write for Dense layers do not load on the oldest runtime.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import keras
from keras import layers

from train.normalization import BatchNormalization

EMBEDDING = "embedding"
"""The name of the output before the heads."""

_MEMORY = 0.99
"""Momentum of the batch statistics. They must reach back about as far as the averaged weights that they are used
with: with 0.9, a gate at 92 % in training measured 14 to 84 % in its first four epochs."""


def _channels() -> int:
    """The axis of the channels: 1 on a backend that trains faster with them first."""
    return 1 if keras.config.image_data_format() == "channels_first" else -1


def _convolution(x, filters: int, size: int = 3, strides: int = 1, activation: bool = True):
    x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    # Only where it is faster, so that what is kept is made of Keras' own layers and loads anywhere.
    normalization = BatchNormalization if _channels() == 1 else layers.BatchNormalization
    x = normalization(axis=_channels(), momentum=_MEMORY)(x)
    return layers.ReLU()(x) if activation else x


def _residual(x, filters: int, strides: int):
    shortcut = x
    if strides != 1 or x.shape[_channels()] != filters:
        if strides != 1:  # averaging keeps what a strided 1x1 convolution would skip (ResNet-D, arXiv 1812.01187)
            shortcut = layers.AveragePooling2D(strides)(shortcut)
        shortcut = _convolution(shortcut, filters, 1, activation=False)
    x = _convolution(x, filters, strides=strides)
    x = _convolution(x, filters, activation=False)
    return layers.ReLU()(layers.Add()([x, shortcut]))


@dataclass(frozen=True, slots=True)
class Head:
    """One output of `classes` numbers: linear ones to be called logits, or probabilities where `softmax` is set."""

    name: str
    classes: int
    softmax: bool = False


def head_name(output: str) -> str:
    """The layer whose kernel and bias make an output."""
    return f"{output}_head"


def _heads(features, heads: Sequence[Head], dropout: float, embedding: bool):
    """Pooled features as the embedding, and one linear 1x1 convolution a head; float32, (batch, n) each."""
    channels = features.shape[_channels()]
    pooled = layers.GlobalAveragePooling2D(keepdims=True)(features)
    outputs = {}
    if embedding:
        outputs[EMBEDDING] = layers.Reshape((channels,), name=EMBEDDING, dtype="float32")(pooled)
    pooled = layers.Dropout(dropout)(pooled) if dropout else pooled
    for head in heads:
        scores = layers.Conv2D(head.classes, 1, name=head_name(head.name), dtype="float32")(pooled)
        flat = layers.Reshape((head.classes,), name=head.name if not head.softmax else None, dtype="float32")(scores)
        outputs[head.name] = layers.Softmax(name=head.name, dtype="float32")(flat) if head.softmax else flat
    return outputs


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
    inputs = keras.Input((*size, 1), name="face")
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    if _channels() == 1:
        x = layers.Permute((3, 1, 2))(x)
    x = _convolution(x, stem)
    for filters, blocks in stages:
        for block in range(blocks):
            x = _residual(x, filters, strides=1 if block else 2)
    return keras.Model(inputs, _heads(x, heads, dropout, embedding), name="residual")


ARCHITECTURES = {
    "residual": residual,
    "residual-small": partial(residual, stem=16, stages=((32, 1), (64, 1), (96, 1)), dropout=0.2),
}
"""Every network that a recipe can name."""
