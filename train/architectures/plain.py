"""Networks as most projects on FER2013 build them: convolutions and pooling, then Dense layers on what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import layers, regularizers

from train.architectures.heads import Head, dense_heads
from train.architectures.layout import face, normalized, scaled


@dataclass(frozen=True, slots=True)
class Stage:
    """Convolutions at one resolution, and what follows them.

    Attributes:
        filters: of each convolution.
        kernel: side of each, in pixels.
        padding: of each convolution, "same" or "valid"; one word for all.
        dropout: share that is dropped behind the pooling.
        pool_padding: "same" keeps a last odd row and column in a pooling of its own, so that there may be more
            stages than the side can be halved.
    """

    filters: tuple[int, ...]
    kernel: int = 3
    padding: str | tuple[str, ...] = "valid"
    dropout: float = 0.0
    pool_padding: str = "valid"


def plain(
    heads: Sequence[Head],
    size: tuple[int, int] = (48, 48),
    embedding: bool = False,
    *,
    stages: Sequence[Stage],
    dense: Sequence[int],
    dense_dropout: float = 0.0,
    activation: str = "relu",
    normalize: str = "none",
    last: str = "softmax",
    l1: float = 0.0,
    l2: float = 0.0,
) -> keras.Model:
    """Stages of convolutions, each halved by a 2x2 maximum, then Dense layers.

    Args:
        heads: the outputs that are trained.
        size: height and width of the input in pixels.
        embedding: whether what the heads see is an output too.
        stages: from the input on.
        dense: units of each Dense layer before the heads.
        dense_dropout: share that is dropped behind each of them.
        activation: of every layer but the heads, by Keras' name.
        normalize: what has batch normalization, between the layer and its activation: "none", "convolutions", "all".
        last: "softmax", or "sigmoid" for outputs that are trained one by one.
        l1: factor of the sum of all absolute kernel weights in the loss.
        l2: factor of the sum of their squares.

    Returns:
        A model whose outputs, float32 (batch, n) each, are a dict by name.
    """
    penalty = regularizers.L1L2(l1, l2) if l1 or l2 else None
    inputs = face(size)
    x = scaled(inputs, 1 / 255, 0)
    for stage in stages:
        paddings = (stage.padding,) * len(stage.filters) if isinstance(stage.padding, str) else stage.padding
        for filters, padding in zip(stage.filters, paddings, strict=True):
            x = layers.Conv2D(filters, stage.kernel, padding=padding, kernel_regularizer=penalty)(x)
            x = normalized(x) if normalize != "none" else x
            x = layers.Activation(activation)(x)
        x = layers.MaxPooling2D(2, padding=stage.pool_padding)(x)
        x = layers.Dropout(stage.dropout)(x) if stage.dropout else x
    x = layers.Flatten()(x)
    for units in dense:
        x = layers.Dense(units, kernel_regularizer=penalty)(x)
        x = layers.BatchNormalization()(x) if normalize == "all" else x
        x = layers.Activation(activation)(x)
        x = layers.Dropout(dense_dropout)(x) if dense_dropout else x
    return keras.Model(inputs, dense_heads(x, heads, embedding, last), name="plain")


def blocks(
    heads: Sequence[Head],
    size: tuple[int, int] = (48, 48),
    embedding: bool = False,
    *,
    blocks: int = 5,
    filters: int = 32,
    most: int = 256,
    dense: int = 256,
    dropout: float = 0.25,
    activation: str = "relu",
    l1: float = 0.0,
    l2: float = 0.0,
) -> keras.Model:
    """As many blocks as are asked for: two 3x3 convolutions with batch normalization, a 2x2 maximum, dropout.

    Args:
        heads: the outputs that are trained.
        size: height and width of the input in pixels.
        embedding: whether what the heads see is an output too.
        blocks: how many there are.
        filters: of the first block; each further one has twice as many.
        most: no block has more filters.
        dense: units of the one Dense layer before the heads.
        dropout: share that is dropped behind each block, and twice as much, 0.5 at most, behind the Dense layer.
        activation: as of `plain`.
        l1: as of `plain`.
        l2: as of `plain`.

    Returns:
        As `plain`.
    """
    widths = [min(filters * 2**number, most) for number in range(blocks)]
    stages = [Stage((width, width), padding="same", dropout=dropout, pool_padding="same") for width in widths]
    return plain(
        heads,
        size,
        embedding,
        stages=stages,
        dense=(dense,),
        dense_dropout=min(2 * dropout, 0.5),
        activation=activation,
        normalize="convolutions",
        l1=l1,
        l2=l2,
    )
