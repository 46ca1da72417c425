"""Networks, built with Keras 3 for any of its backends.

Every network takes grey pixels as they come (0 to 255, shape (batch, height, width, 1)) and scales them itself, so
that nothing outside the graph can scale them differently.
"""

from functools import partial

from train.architectures.heads import EMBEDDING, Head, head_name
from train.architectures.plain import Stage, blocks, plain
from train.architectures.residual import residual
from train.architectures.vgg import vgg19
from train.architectures.xception import mini_xception

__all__ = ["ARCHITECTURES", "EMBEDDING", "Head", "head_name", "residual"]

ARCHITECTURES = {
    "residual": residual,
    "residual-small": partial(residual, stem=16, stages=((32, 2), (64, 2), (96, 2)), dropout=0.2),
    "two-stage-gate": partial(
        plain,
        stages=(Stage((32,), dropout=0.25), Stage((64,), dropout=0.25)),
        dense=(128, 64),
        dense_dropout=0.5,
        normalize="convolutions",
        last="sigmoid",
    ),
    "swish": partial(
        plain,
        stages=(Stage((32, 32), 4), Stage((64, 64), 3), Stage((128, 128), 2)),
        dense=(512, 128),
        activation="swish",
    ),
    "vgg-like": partial(
        plain,
        stages=(
            Stage((256, 256), padding=("valid", "same"), dropout=0.25),
            Stage((128, 128), padding="same", dropout=0.25),
            Stage((64, 64), padding="same", dropout=0.25),
        ),
        dense=(512, 256, 128),
        dense_dropout=0.25,
        normalize="all",
    ),
    "two-convolutions": partial(
        plain,
        stages=(Stage((128,), dropout=0.5), Stage((128,), dropout=0.5)),
        dense=(512, 256),
        dense_dropout=0.5,
    ),
    "blocks": blocks,
    "mini-xception": mini_xception,
    "vgg19": vgg19,
}
"""Every network that a recipe can name."""
