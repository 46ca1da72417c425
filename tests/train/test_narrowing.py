"""The strongest channels of a wide network make a narrower one."""

import dataclasses
from collections import Counter, defaultdict

import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.fit import build
from train.narrowing import narrow
from train.pretrained import load_pretrained
from train.recipes import RECIPES

pytestmark = pytest.mark.train

WIDE = dataclasses.replace(RECIPES["emotion"], precision="float32", options={"stem": 5, "stages": [[8, 2], [12, 2]]})
NARROW = dataclasses.replace(WIDE, options={"stem": 5, "stages": [[6, 2], [9, 2]]})


def network(recipe=WIDE, layout: str = "channels_last", embedding: bool = False, seed: int = 7) -> keras.Model:
    """A network as after a training: no two channels are alike, and statistics are not those that are drawn."""
    keras.utils.set_random_seed(seed)
    model = build(recipe, 7, "float32", embedding, layout)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, value.shape) for value in layer.get_weights()])
    return model


def answers(model: keras.Model) -> dict[str, np.ndarray]:
    pictures = np.random.default_rng(1).integers(0, 256, (4, 48, 48, 1)).astype(np.float32)
    return {name: np.asarray(value) for name, value in model.predict(pictures, verbose=0).items()}


def silence(model: keras.Model, channels: dict[int, list[int]]) -> None:
    """Makes channels of no account: by number of filters, in every layer that has so many."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, *statistics = layer.get_weights()
            for one in channels.get(len(gamma), []):
                gamma[one] = beta[one] = 0
            layer.set_weights([gamma, beta, *statistics])


def test_where_only_silent_channels_are_cut_off_nothing_changes():
    wide = network(WIDE, embedding=True)
    silence(wide, {12: [0, 5, 11]})
    narrower = network(dataclasses.replace(WIDE, options={"stem": 5, "stages": [[8, 2], [9, 2]]}), seed=8)
    narrow(narrower, wide)
    found = answers(narrower)
    for output in ("logits", "logits_fer2013"):
        np.testing.assert_allclose(found[output], answers(wide)[output], atol=1e-4)


def test_the_layout_that_torch_trains_in_gets_the_same_weights():
    wide, last, first = network(), network(NARROW, seed=8), network(NARROW, "channels_first", seed=9)
    narrow(last, wide)
    narrow(first, wide)
    for one, other in zip(last.get_weights(), first.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_of_features_that_are_added_the_same_channels_are_kept():
    wide, narrower = network(), network(NARROW, seed=8)
    narrow(narrower, wide)
    kept = defaultdict(Counter)
    for layer, cut in zip(*([one for one in model.layers if one.weights] for model in (wide, narrower)), strict=True):
        if isinstance(layer, keras.layers.BatchNormalization):
            before, after = layer.get_weights()[0], cut.get_weights()[0]
            kept[len(before)][tuple(np.flatnonzero(np.isin(before, after)))] += 1
    assert kept[5] == {(0, 1, 2, 3, 4): 1}  # the stem
    for width, left in ((8, 6), (12, 9)):  # of a stage's five layers three are added: each block's last, the shortcut
        assert all(len(places) == left for places in kept[width])
        assert sorted(kept[width].values()) == [1, 1, 3]


def test_a_file_of_a_wider_network_will_do(tmp_path):
    wide = network(embedding=True)
    wide.save(tmp_path / "wide.keras")
    from_file, direct = network(NARROW, seed=8), network(NARROW, seed=9)
    load_pretrained(from_file, tmp_path / "wide.keras")
    narrow(direct, wide)
    for one, other in zip(from_file.get_weights(), direct.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_is_not_wider_or_of_another_kind_is_refused(tmp_path):
    with pytest.raises(InputError, match="has 6 filters where 8 are wanted"):
        narrow(network(), network(NARROW))
    with pytest.raises(InputError, match="its layers are others"):
        narrow(network(dataclasses.replace(NARROW, options={"stem": 5, "stages": [[6, 1], [9, 1]]})), network())
    separable = dataclasses.replace(RECIPES["mini-xception"], precision="float32")
    with pytest.raises(InputError, match="kinds that are not narrowed"):
        narrow(build(separable, 7, "float32"), build(separable, 7, "float32"))
