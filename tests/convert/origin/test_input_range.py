import numpy as np
import pytest

from convert.framework import quiet, tensorflow
from convert.origin.graph import KerasGraph
from convert.origin.input_range import RANGES, with_range
from edge.contract.errors import InputError

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def keras():
    tensorflow()
    with quiet():
        import keras
    return keras


def network(keras, scale):
    """Each pixel as it reaches the first layer that learns."""
    face = keras.Input((4, 4, 1))
    return KerasGraph(keras.Model(face, keras.layers.Flatten()(scale(face)), name="mine"))


WAYS = {
    "Rescaling": lambda keras: keras.layers.Rescaling(1 / 255),
    "Normalization": lambda keras: keras.layers.Normalization(mean=127.0, variance=10.0),
    "x / 255": lambda keras: lambda face: face / 255,
    "x * 2": lambda keras: lambda face: face * 2,
    "nested": lambda keras: keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Rescaling(1 / 255)]),
    "after augmentation": lambda keras: keras.Sequential(
        [keras.Input((4, 4, 1)), keras.Sequential([keras.layers.RandomFlip()]), keras.layers.Rescaling(1 / 255)]
    ),
    "in colour": lambda keras: lambda face: keras.layers.Rescaling(1 / 255)(keras.layers.Concatenate()([face] * 3)),
    "reshaped": lambda keras: lambda face: keras.layers.Reshape((16, 1))(face) / 255,
}

INSIDE = {
    "branch": lambda keras: lambda face: face + keras.layers.Rescaling(0.2)(keras.layers.Conv2D(1, 1)(face)),
    "nested branch": lambda keras: (
        lambda face: keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Rescaling(0.2)])(
            keras.layers.Conv2D(1, 1)(face)
        )
    ),
    "after what was learned": lambda keras: keras.Sequential(
        [keras.Input((4, 4, 1)), keras.Sequential([keras.layers.Conv2D(1, 1)]), keras.layers.Rescaling(0.2)]
    ),
    "attention": lambda keras: lambda face: face * keras.layers.Conv2D(1, 1, activation="sigmoid")(face),
}
"""Of a network that was trained on other numbers than 0 to 255."""


@pytest.mark.parametrize("way", WAYS)
def test_a_network_that_scales_itself_is_left_alone(keras, way):
    graph = network(keras, WAYS[way](keras))
    assert with_range(graph, None, "mine") is graph
    assert with_range(graph, "0..255", "mine") is graph
    with pytest.raises(InputError, match=r"mine: it scales its input itself; leave --input-range 0\.\.1 out"):
        with_range(graph, "0..1", "mine")


@pytest.mark.parametrize("layer", ["Identity", "BatchNormalization", "ReLU"])
def test_a_network_that_does_not_is_refused_without_a_word_about_it(keras, layer):
    graph = network(keras, getattr(keras.layers, layer)())
    with pytest.raises(InputError, match=r"no Rescaling layer .* say --input-range 0\.\.1"):
        with_range(graph, None, "mine")


@pytest.mark.parametrize("way", INSIDE)
def test_what_is_scaled_further_in_says_nothing_about_the_input(keras, way):
    graph = network(keras, INSIDE[way](keras))
    with pytest.raises(InputError, match=r"say --input-range 0\.\.1"):
        with_range(graph, None, "mine")
    assert with_range(graph, "0..1", "mine") is not graph


@pytest.mark.parametrize("given", RANGES)
def test_pixels_arrive_as_they_were_trained_on(keras, given):
    low, high = map(float, given.split(".."))
    graph = with_range(network(keras, keras.layers.Identity()), given, "mine")
    found = graph.scores(np.array([0, 255] * 8, np.float32).reshape(1, 4, 4, 1))["output"]
    np.testing.assert_allclose(found[0, :2], [low, high], atol=1e-6)
