"""Networks, built with Keras 3 for any of its backends.

Every network takes grey pixels as they come (0 to 255, shape (batch, height, width, 1)) and scales them itself, so
that nothing outside the graph can scale them differently.
"""

from functools import partial

from train.architectures.heads import EMBEDDING, Head, head_name
from train.architectures.residual import residual

__all__ = ["ARCHITECTURES", "EMBEDDING", "Head", "head_name", "residual"]

ARCHITECTURES = {
    "residual": residual,
    "residual-small": partial(residual, stem=16, stages=((32, 1), (64, 1), (96, 1)), dropout=0.2),
}
"""Every network that a recipe can name."""
