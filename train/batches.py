"""Feeds examples to Keras, batch by batch."""

import keras
import numpy as np

from edge.contract.errors import InputError
from train.augment import Augmentation, augment
from train.datasets.examples import Examples
from train.recipes import Recipe, Target


class Batches(keras.utils.PyDataset):
    """Shuffled, augmented batches of one epoch after the other.

    What an epoch holds depends on the seed and the epoch's number alone, so a resumed training sees what the
    unbroken one would have seen.
    """

    def __init__(self, examples: Examples, recipe: Recipe, classes: int, seed: int, epoch: int = 0):
        super().__init__(workers=1, use_multiprocessing=False)
        self._examples = examples
        self._recipe = recipe
        self._targets = {target.output: targets_of(examples, target, classes) for target in recipe.targets}
        self._seed = seed
        self._epoch = epoch
        self._order = self._draw()

    def __len__(self) -> int:
        return len(self._order) // self._recipe.batch or 1

    def __getitem__(self, step: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        chosen = self._order[step * self._recipe.batch : (step + 1) * self._recipe.batch]
        pixels = self._changed(self._examples.pixels[chosen], self._recipe.augmentation, step)
        return pixels[..., None], {name: target[chosen] for name, target in self._targets.items()}

    def on_epoch_end(self) -> None:
        self._epoch += 1
        self._order = self._draw()

    def _changed(self, pixels: np.ndarray, how: Augmentation, step: int) -> np.ndarray:
        return augment(pixels, how, np.random.default_rng((self._seed, self._epoch, 1 + step)))

    def _draw(self) -> np.ndarray:
        rng = np.random.default_rng((self._seed, self._epoch, 0))
        if not self._recipe.balanced:
            return rng.permutation(len(self._examples))
        labels = self._examples.labels
        share = len(labels) // len(np.unique(labels))
        drawn = [_draw_evenly(np.flatnonzero(labels == label), share, rng) for label in np.unique(labels)]
        return rng.permutation(np.concatenate(drawn))


def targets_of(examples: Examples, target: Target, classes: int) -> np.ndarray:
    """What an output should say: float32 (N, classes), each row summing to 1."""
    certain = np.eye(classes, dtype=np.float32)[examples.labels]
    if target.learns == "labels":
        return certain
    if examples.votes is None:
        raise InputError(f"the output {target.output} learns votes, and this data set has none (FER+'s CSV is missing)")
    known = examples.votes.sum(axis=1, keepdims=True)  # the rest voted for contempt, unknown or no face
    return np.where(known > 0, examples.votes / np.maximum(known, 1e-6), certain).astype(np.float32)


def _draw_evenly(where: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` positions out of `where`, each taken equally often but for one."""
    rounds = [rng.permutation(where) for _ in range(-(-count // len(where)))]
    return np.concatenate(rounds)[:count]
