"""What dropout draws, so that a resumed training drops what the unbroken one would have dropped."""

from collections.abc import Mapping

import keras
import numpy as np


class Reseeder(keras.callbacks.Callback):
    """Makes what dropout draws depend on seed, epoch and layer alone: Keras does not restore where it stood.

    Each layer has a state of two numbers, and the second is one higher at each step. So each epoch begins at a state
    of its own: neighbouring ones would draw again what was drawn a step before.
    """

    def __init__(self, seed: int):
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 (Keras')
        dropping = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dropout)]
        for number, layer in enumerate(dropping):
            layer.seed_generator.state.assign(_drawn(self._seed, epoch, number, words=2))
        if keras.config.backend() == "torch":
            import torch

            # Its dropout has one generator for all layers, whatever their states.
            torch.manual_seed(int(_drawn(self._seed, epoch, len(dropping), words=1)[0]))


def _drawn(*decides: int, words: int) -> np.ndarray:
    """Numbers that hardly ever come twice: uint32, (words,), below 2 ** 31, since torch's states are signed."""
    return np.random.SeedSequence(decides).generate_state(words) & np.uint32(0x7FFFFFFF)
