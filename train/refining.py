"""Targets refined by what the network itself has learned: self-distillation while training."""

import logging
from collections.abc import Mapping

import keras
import numpy as np

from edge.contract.classifier import softmax
from train.batches import Batches
from train.datasets.examples import Examples
from train.inputs import inputs_of
from train.recipes import Recipe
from train.run_folder import RunFolder

log = logging.getLogger(__name__)

_FROM = 0.25
"""Share of the epochs that go by before the network is asked for the first time."""


class Refiner(keras.callbacks.Callback):
    """Mixes the network's own answers about the training pictures into their targets.

    As in PS-KD (arXiv 2006.12000), the share of the answers grows linearly to the recipe's `refine`; they come from
    the averaged weights, on the unchanged picture and its mirror image, and are asked for anew every `refine_every`
    epochs. A label that contradicts everything else that was learned so loses its hold: the labels of FER2013 and the
    votes of FER+ agree on two pictures of three.

    The answers of a round are kept in the run folder, so that a resumed training has the targets of an unbroken one.
    """

    def __init__(self, run: RunFolder, recipe: Recipe, batches: Batches, examples: Examples):
        super().__init__()
        self._run = run
        self._recipe = recipe
        self._batches = batches
        self._examples = examples
        self._average = keras.callbacks.SwapEMAWeights()
        self._answers: dict[str, np.ndarray] = {}
        self._asked = 0

    def set_model(self, model: keras.Model) -> None:
        super().set_model(model)
        self._average.set_model(model)

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 (Keras')
        latest = epoch - epoch % self._recipe.refine_every
        if latest == 0 or latest < _FROM * self._recipe.epochs:
            return
        if latest != self._asked:
            self._answers = self._ask(epoch) if latest == epoch else self._run.load_answers(latest)
            self._asked = latest
        self._batches.refine(self._answers, self._recipe.refine * epoch / self._recipe.epochs)

    def _ask(self, epoch: int) -> dict[str, np.ndarray]:
        log.info("asking the averaged network about the training pictures")
        self._average.on_test_begin()
        answers = answers_of(self.model, self._examples, self._recipe)
        self._average.on_test_end()
        self._run.save_answers(epoch, answers)
        return answers


def answers_of(model: keras.Model, examples: Examples, recipe: Recipe) -> dict[str, np.ndarray]:
    """The probabilities of each trained output, the mean over each picture and its mirror image: float32 (N, n)."""
    both = [
        model.predict(inputs_of(model, pixels), batch_size=256, verbose=0)
        for pixels in (examples.pixels, examples.pixels[:, :, ::-1])
    ]
    return {
        target.output: np.mean(
            [one[target.output] if target.softmax else softmax(one[target.output]) for one in both], axis=0
        ).astype(np.float32)
        for target in recipe.targets
    }
