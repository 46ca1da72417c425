"""A narrower network out of a wider one of the same kind: the channels that carry most of what it has learned."""

from collections import defaultdict
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import InputError

_KINDS = (keras.layers.Conv2D, keras.layers.BatchNormalization)


def narrow(model: keras.Model, wider: keras.Model) -> None:
    """Gives a network the strongest channels of a wider one.

    Layers that are added to each other keep the same channels. A channel is as strong as batch normalization scales it
    (network slimming, arXiv 1708.06519) times the sum of the weights that read it. What is cut off is missed; a short
    training mends that.

    Args:
        model: the narrower one: convolutions, batch normalization, and layers without weights.
        wider: the same layers, with as many filters or more.

    Raises:
        InputError: they are not.
    """
    own, given = ([layer for layer in one.layers if layer.weights] for one in (model, wider))
    kinds = [
        [next((kind for kind in _KINDS if isinstance(layer, kind)), None) for layer in one] for one in (own, given)
    ]
    if kinds[0] != kinds[1] or None in kinds[0]:
        raise InputError("its layers are others, or of kinds that are not narrowed")
    spaces = _Spaces(wider)
    kept = _kept(own, given, spaces)
    for narrower, layer in zip(own, given, strict=True):
        there = kept[spaces.of(layer.output)]
        values = [np.asarray(value) for value in layer.get_weights()]
        if isinstance(layer, keras.layers.Conv2D):
            values[0] = values[0][:, :, kept.get(spaces.of(layer.input), slice(None))]
        narrower.set_weights([value[..., there] for value in values])


class _Spaces:
    """Which features of a network share their channels: a layer without weights has those of what it is given."""

    def __init__(self, network: keras.Model):
        self._parents: list[int] = []
        self._numbers: dict[int, int] = {}
        for layer in network.layers:
            given = layer.input if isinstance(layer.input, list) else [layer.input]
            if isinstance(layer, keras.layers.InputLayer | keras.layers.Conv2D):
                self._parents.append(len(self._parents))
                self._numbers[id(layer.output)] = len(self._parents) - 1
                continue
            first, *others = [self.of(one) for one in given]
            for other in others:
                self._parents[other] = first
            self._numbers[id(layer.output)] = first

    def of(self, features: Any) -> int:
        """The number of the features' space."""
        number = self._numbers[id(features)]
        while self._parents[number] != number:
            number = self._parents[number]
        return number


def _kept(
    own: list[keras.layers.Layer], given: list[keras.layers.Layer], spaces: _Spaces
) -> dict[int, NDArray[np.intp]]:
    """The positions of the channels that are kept, in their order, by the number of their space."""
    strengths = _strengths(given, spaces)
    kept: dict[int, NDArray[np.intp]] = {}
    for narrower, layer in zip(own, given, strict=True):
        if not isinstance(layer, keras.layers.Conv2D):
            continue
        space = spaces.of(layer.output)
        strongest = np.argsort(-strengths[space], kind="stable")[: narrower.filters]
        if len(strongest) < narrower.filters or len(kept.setdefault(space, np.sort(strongest))) != narrower.filters:
            raise InputError(f"{layer.name} has {layer.filters} filters where {narrower.filters} are wanted")
        if narrower.kernel_size != layer.kernel_size:
            raise InputError(f"{layer.name} has a window of {layer.kernel_size}, wanted {narrower.kernel_size}")
    return kept


def _strengths(layers: list[keras.layers.Layer], spaces: _Spaces) -> dict[int, NDArray[np.floating]]:
    scaled: dict[int, Any] = defaultdict(float)
    read: dict[int, Any] = defaultdict(float)
    for layer in layers:
        values = layer.get_weights()
        if isinstance(layer, keras.layers.Conv2D):
            read[spaces.of(layer.input)] += np.abs(values[0]).sum(axis=(0, 1, 3))
            scaled[spaces.of(layer.output)] += np.zeros(layer.filters)
        else:
            scaled[spaces.of(layer.output)] += np.abs(values[0])
    return {space: found * read[space] for space, found in scaled.items()}
