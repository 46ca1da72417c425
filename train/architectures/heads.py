"""The outputs that networks have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

from keras import layers

from train.architectures.layout import channels

EMBEDDING = "embedding"
"""The name of the output before the heads."""


@dataclass(frozen=True, slots=True)
class Head:
    """One output of `classes` numbers: linear ones to be called logits, or probabilities where `softmax` is set."""

    name: str
    classes: int
    softmax: bool = False


def head_name(output: str) -> str:
    """The layer whose kernel and bias make an output."""
    return f"{output}_head"


def pooled_heads(features, heads: Sequence[Head], dropout: float, embedding: bool):
    """Pooled features as the embedding, and one linear 1x1 convolution a head; float32, (batch, n) each."""
    width = features.shape[channels()]
    pooled = layers.GlobalAveragePooling2D(keepdims=True)(features)
    outputs = {}
    if embedding:
        outputs[EMBEDDING] = layers.Reshape((width,), name=EMBEDDING, dtype="float32")(pooled)
    pooled = layers.Dropout(dropout)(pooled) if dropout else pooled
    for head in heads:
        scores = layers.Conv2D(head.classes, 1, name=head_name(head.name), dtype="float32")(pooled)
        flat = layers.Reshape((head.classes,), name=head.name if not head.softmax else None, dtype="float32")(scores)
        outputs[head.name] = layers.Softmax(name=head.name, dtype="float32")(flat) if head.softmax else flat
    return outputs


def dense_heads(features, heads: Sequence[Head], embedding: bool, activation: str = "softmax"):
    """A row of features as the embedding, and one Dense layer a head; float32, (batch, n) each.

    Args:
        features: (batch, n).
        heads: the outputs that are trained.
        embedding: whether the features are an output too.
        activation: what makes probabilities of a head that gives them: "softmax" or "sigmoid".
    """
    outputs = {EMBEDDING: layers.Activation("linear", name=EMBEDDING, dtype="float32")(features)} if embedding else {}
    for head in heads:
        scores = layers.Dense(head.classes, name=head_name(head.name), dtype="float32")(features)
        last = activation if head.softmax else "linear"
        outputs[head.name] = layers.Activation(last, name=head.name, dtype="float32")(scores)
    return outputs
