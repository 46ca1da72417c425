"""Feeds examples to Keras, batch by batch."""

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np

from edge.contract.preprocessing import whole
from train.augment import Augmentation, augment
from train.balancing import example_weights
from train.datasets.examples import Examples
from train.datasets.tasks import LABELS
from train.dropping import kept_labels
from train.mixing import Mixture
from train.recipes import Recipe, Target
from train.teaching import Teachers


class Batches(keras.utils.PyDataset):
    """Shuffled, augmented batches of one epoch after the other.

    What an epoch holds depends on the seed and the epoch's number alone, so a resumed training sees what the
    unbroken one would have seen.
    """

    def __init__(self, examples: Examples, recipe: Recipe, classes: int, seed: int, epoch: int = 0):
        super().__init__(workers=1, use_multiprocessing=False)
        self._examples = examples
        self._recipe = recipe
        kept = [LABELS[recipe.task].index(label) for label in kept_labels(recipe.task, recipe.drop)]
        self._own = {
            target.output: targets_of(examples, target, classes)[:, kept if recipe.drop else slice(None)]
            for target in recipe.targets
        }
        self._targets = dict(self._own)
        self._teachers: Teachers | None = None
        weighted = recipe.balancing.method == "class-weights"
        self._weights = example_weights(examples.labels) if weighted else None
        self._seed = seed
        self._epoch = epoch
        self._order = self._draw()

    def __len__(self) -> int:
        return len(self._order) // self._recipe.batch or 1

    def __getitem__(self, step: int) -> tuple[Any, ...]:
        """Pictures, targets by output and, where the labels are weighted, weights by output."""
        chosen = self._order[step * self._recipe.batch : (step + 1) * self._recipe.batch]
        power = strength(self._epoch, self._recipe)
        pixels = self._changed(self._examples.pixels[chosen], self._recipe.augmentation.faded(power), step)
        targets = {name: target[chosen] for name, target in self._targets.items()}
        weights = None if self._weights is None else self._weights[chosen]
        if self._recipe.mixup:
            rng = np.random.default_rng((self._seed, self._epoch, 1 + step, 1))
            mixture = Mixture.draw(len(pixels), self._recipe.mixup * power, rng)
            pixels, targets, weights = _mixture_of(mixture, pixels, targets, weights)
        if self._teachers:
            targets = _mixed(targets, self._teachers.answers(pixels, self._epoch + step), self._recipe.distill)
        batch = self._sized(pixels)[..., None], targets
        return batch if weights is None else (*batch, dict.fromkeys(targets, weights))

    def on_epoch_end(self) -> None:
        self._epoch += 1
        self._order = self._draw()

    def _changed(self, pixels: np.ndarray, how: Augmentation, step: int) -> np.ndarray:
        return augment(pixels, how, np.random.default_rng((self._seed, self._epoch, 1 + step)))

    def _sized(self, pixels: np.ndarray) -> np.ndarray:
        size = self._recipe.side, self._recipe.side
        return pixels if pixels.shape[1:] == size else np.stack([whole(picture, size) for picture in pixels])

    def teach(self, teachers: Teachers) -> None:
        """Mixes what teachers say of each batch into its targets, the recipe's `distill` of it, from here on."""
        self._teachers = teachers

    def refine(self, answers: Mapping[str, np.ndarray], share: float) -> None:
        """Mixes answers, float32 (N, classes) by output, into the data set's own targets instead of earlier ones."""
        self._targets = _mixed(self._own, answers, share)

    def _draw(self) -> np.ndarray:
        rng = np.random.default_rng((self._seed, self._epoch, 0))
        if not self._recipe.balance:
            return rng.permutation(len(self._examples))
        return draw(weights_of(self._own.values(), self._recipe.balance), rng)


def _mixed(targets: Mapping[str, np.ndarray], answers: Mapping[str, np.ndarray], share: float) -> dict[str, np.ndarray]:
    return {name: ((1 - share) * own + share * answers[name]).astype(np.float32) for name, own in targets.items()}


def _mixture_of(
    mixture: Mixture, pixels: np.ndarray, targets: Mapping[str, np.ndarray], weights: np.ndarray | None
) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray | None]:
    """A label counts by its picture's share and weight, so the mixed weight is divided out of the mixed target."""
    if weights is None:
        return mixture.of(pixels), {name: mixture.of(target) for name, target in targets.items()}, None
    mixed = mixture.of(weights)
    counted = {name: mixture.of(target * weights[:, None]) / mixed[:, None] for name, target in targets.items()}
    return mixture.of(pixels), counted, mixed


def strength(epoch: int, recipe: Recipe) -> float:
    """How strongly an epoch, the first being 0, is augmented: 1, and falling to 0.5 over the last ones."""
    begun = recipe.epochs * (1 - recipe.relax)
    over = max(0.0, min(epoch + 1, recipe.epochs) - begun)  # Keras may draw from the epoch after the last
    return 1 - 0.5 * over / (recipe.epochs - begun) if over else 1.0


def targets_of(examples: Examples, target: Target, classes: int) -> np.ndarray:
    """What an output should say: float32 (N, classes), each row summing to 1."""
    certain = np.eye(classes, dtype=np.float32)[examples.labels]
    if target.learns == "labels" or examples.votes is None:
        return certain
    known = examples.votes.sum(axis=1, keepdims=True)  # the rest voted for contempt, unknown or no face
    return np.where(known > 0, examples.votes / np.maximum(known, 1e-6), certain).astype(np.float32)


def weights_of(targets: Iterable[np.ndarray], balance: float) -> np.ndarray:
    """How often to draw each example for the labels to be balanced: float64 (N,), mean 1.

    A label that fills 1/k of an equal share of a target counts k ** balance; an example counts the mean of its
    labels' over all targets.
    """
    counts = []
    for target in targets:
        filled = target.mean(axis=0) * target.shape[1]
        counts.append(target @ np.power(filled, -balance, where=filled > 0, out=np.zeros_like(filled)))
    weights = np.mean(counts, axis=0, dtype=np.float64)
    return weights / weights.mean()


def draw(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As many positions as there are weights, each as often as its weight, rounded up or down by chance.

    Systematic sampling over a random order: unlike independent draws, no example is left out by bad luck for long.
    """
    order = rng.permutation(len(weights))
    reached = np.cumsum(weights[order])
    marks = (np.arange(len(weights)) + rng.random()) * (reached[-1] / len(weights))
    return rng.permutation(order[np.searchsorted(reached, marks)])
