"""Mixup (arXiv 1710.09412): a network sees two pictures in one, and shall say both, each by its share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Which other picture of a batch is laid over each.

    Attributes:
        share: float32, (N,): how much of itself each picture keeps, 0.5 to 1.
        partner: int, (N,): the position of the other one.
    """

    share: NDArray[np.float32]
    partner: NDArray[np.intp]

    @classmethod
    def draw(cls, count: int, alpha: float, rng: np.random.Generator) -> "Mixture":
        """Draws one for a batch; shares have a symmetric beta distribution, and the greater one is a picture's own.

        Args:
            count: pictures in the batch.
            alpha: of the distribution, over 0: 1 draws all shares alike, and the smaller it is, the more often a
                picture keeps nearly all.
            rng: what draws.
        """
        share = rng.beta(alpha, alpha, count).astype(np.float32)
        return cls(np.maximum(share, 1 - share), rng.permutation(count))

    def of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mixes what goes with each picture, or the pictures themselves: float32, (N, ...), and so is the result."""
        share = self.share.reshape(-1, *[1] * (values.ndim - 1))
        return (share * values + (1 - share) * values[self.partner]).astype(np.float32)
