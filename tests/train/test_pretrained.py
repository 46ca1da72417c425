"""A training can begin with what another one has learned."""

import dataclasses

import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.fit import build
from train.pretrained import load_pretrained
from train.recipes import RECIPES

pytestmark = pytest.mark.train

RECIPE = dataclasses.replace(RECIPES["gate"], precision="float32")


@pytest.fixture
def trained(tmp_path):
    """A network as a finished run keeps it: channels last, with the embedding beside the heads."""
    keras.utils.set_random_seed(7)
    build(RECIPE, 2, "float32", embedding=True).save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


@pytest.mark.parametrize("layout", ["channels_first", "channels_last"])
def test_a_network_takes_another_s_weights_in_either_layout(trained, layout):
    keras.utils.set_random_seed(8)
    fresh = build(RECIPE, 2, "float32", layout=layout)
    expected = keras.models.load_model(trained, compile=False).get_weights()
    assert any(np.abs(one - other).max() > 0 for one, other in zip(fresh.get_weights(), expected, strict=True))
    load_pretrained(fresh, trained)
    for one, other in zip(fresh.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_network_is_refused(trained, tmp_path):
    other = build(dataclasses.replace(RECIPE, architecture="mini-xception", side=64), 2, "float32")
    with pytest.raises(InputError, match=r"model\.keras: not a network like the one to be trained"):
        load_pretrained(other, trained)
    with pytest.raises(InputError, match="not a network like"):
        load_pretrained(build(RECIPE, 3, "float32"), trained)
    (tmp_path / "broken.keras").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"broken\.keras: not a network"):
        load_pretrained(other, tmp_path / "broken.keras")
