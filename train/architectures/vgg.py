"""VGG19 (Simonyan and Zisserman 2014, arXiv 1409.1556), for weights that somebody has learned on photographs."""

from collections.abc import Sequence

import keras
from keras import layers

from train.architectures.heads import Head, dense_heads
from train.architectures.layout import channels, face

TRUNK = "vgg19"
"""The layer that holds the convolutions, whose weights may come from a file."""

_MEANS = (103.939, 116.779, 123.68)
"""Of blue, green and red over ImageNet, which the published weights expect to be taken off."""


def vgg19(
    heads: Sequence[Head], size: tuple[int, int] = (48, 48), embedding: bool = False, dropout: float = 0.5
) -> keras.Model:
    """The sixteen convolutions of VGG19, their average, and a Dense layer a head. Nothing is downloaded.

    Args:
        heads: the outputs that are trained.
        size: height and width of the input in pixels, 32 at least.
        embedding: whether the averaged features are an output too.
        dropout: share of them that is dropped.

    Returns:
        A model whose outputs, float32 (batch, n) each, are a dict by name.
    """
    inputs = face(size)
    x = layers.Permute((3, 1, 2))(inputs) if channels() == 1 else inputs
    # Before they are joined: what int8 joins has one scale, and the input would no longer be plain pixels.
    x = layers.Concatenate(axis=channels())([layers.Rescaling(1.0, offset=-mean)(x) for mean in _MEANS])
    trunk = keras.applications.VGG19(include_top=False, weights=None, input_shape=tuple(x.shape[1:]), name=TRUNK)
    x = layers.GlobalAveragePooling2D()(trunk(x))
    x = layers.Dropout(dropout)(x) if dropout else x
    return keras.Model(inputs, dense_heads(x, heads, embedding), name="vgg19_faces")
