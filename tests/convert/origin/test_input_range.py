import numpy as np
import pytest

from convert.framework import quiet, tensorflow
from convert.origin.graph import KerasGraph
from convert.origin.input_range import RANGES, with_range
from convert.origin.opening import open_graph
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


def adapted(keras, pictures):
    layer = keras.layers.Normalization()
    layer.adapt(pictures)
    return layer


def standardized(keras, face):
    """As tf.image.per_image_standardization does it."""
    mean, deviation = (count(face, axis=(1, 2, 3), keepdims=True) for count in (keras.ops.mean, keras.ops.std))
    return (face - mean) / keras.ops.maximum(deviation, 1e-3)


def nested(keras, *layers):
    return keras.Sequential([keras.Input((4, 4, 1)), *layers])


PIXELS = np.arange(256, dtype=np.float32).reshape(16, 4, 4, 1)

WAYS = {
    "Rescaling": lambda keras: keras.layers.Rescaling(1 / 255),
    "Normalization": lambda keras: keras.layers.Normalization(mean=127.0, variance=4000.0),
    "adapted": lambda keras: adapted(keras, PIXELS),
    "x / 255": lambda keras: lambda face: face / 255,
    "narrow": lambda keras: keras.layers.Normalization(mean=127.0, variance=10.0),
    "less a mean": lambda keras: keras.layers.Rescaling(1.0, -104.0),
    "in two steps": lambda keras: lambda face: (face - 127.5) / 127.5,
    "in two layers": lambda keras: lambda face: adapted(keras, PIXELS / 255)(keras.layers.Rescaling(1 / 255)(face)),
    "by picture": lambda keras: lambda face: standardized(keras, face),
    "nested": lambda keras: nested(keras, keras.layers.Rescaling(1 / 255)),
    "nested in two steps": lambda keras: lambda face: nested(keras, keras.layers.Rescaling(2, -1))(face / 255),
    "before what is learned": lambda keras: nested(keras, keras.layers.Rescaling(1 / 255), keras.layers.Conv2D(1, 1)),
    "after augmentation": lambda keras: keras.Sequential(
        [keras.Input((4, 4, 1)), keras.Sequential([keras.layers.RandomFlip()]), keras.layers.Rescaling(1 / 255)]
    ),
    "in colour": lambda keras: lambda face: keras.layers.Rescaling(1 / 255)(keras.layers.Concatenate()([face] * 3)),
    "reshaped": lambda keras: lambda face: keras.layers.Reshape((16, 1))(face) / 255,
}

OTHER_NUMBERS = {
    "Rescaling": ("-1 to 509", "0..1", (-1, 1), lambda keras: keras.layers.Rescaling(2, -1)),
    "x * 2 - 1": ("-1 to 509", "0..1", (-1, 1), lambda keras: lambda face: face * 2 - 1),
    "x - 0.5": ("-0.5 to 254.5", "0..1", (-0.5, 0.5), lambda keras: lambda face: face - 0.5),
    "0.5 + x / 2": ("0.5 to 128", "-1..1", (0, 1), lambda keras: lambda face: 0.5 + face / 2),
    "Normalization": (
        "-2 to 1018",
        "0..1",
        (-2, 2),
        lambda keras: keras.layers.Normalization(mean=0.5, variance=0.0625),
    ),
    "adapted": ("-1.725 to 878.2", "0..1", (-1.725, 1.725), lambda keras: adapted(keras, PIXELS / 255)),
    "turned over": ("-254 to 1", "0..1", (1, 0), lambda keras: lambda face: 1 - face),
    "nested": ("-1 to 509", "0..1", (-1, 1), lambda keras: nested(keras, keras.layers.Rescaling(2, -1))),
}
"""What the network's own scaling makes of 0 to 255, what it was trained on, and what that makes of it."""

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


@pytest.mark.parametrize("way", OTHER_NUMBERS)
def test_a_network_that_scales_other_numbers_than_pixels(keras, way):
    told, given, (low, high), scale = OTHER_NUMBERS[way]
    graph = network(keras, scale(keras))
    with pytest.raises(InputError, match=rf"own scaling 0 to 255 would become {told}, .* say --input-range 0\.\.1 "):
        with_range(graph, None, "mine")
    assert with_range(graph, "0..255", "mine") is graph
    found = with_range(graph, given, "mine").scores(np.array([0, 255] * 8, np.float32).reshape(1, 4, 4, 1))["output"]
    np.testing.assert_allclose(found[0, :2], [low, high], atol=1e-2)


def test_a_network_from_its_file(keras, tmp_path):
    """A Sequential is then built anew, layer by layer."""
    for scale, fits in ((1 / 255, True), (2.0, False)):
        layers = [keras.layers.Rescaling(scale), keras.layers.Conv2D(1, 1), keras.layers.Flatten()]
        for name in ("mine.keras", "mine.h5"):
            with quiet():
                nested(keras, *layers).save(tmp_path / name)
            graph = open_graph(tmp_path / name)
            if fits:
                assert with_range(graph, None, "mine") is graph
            else:
                with pytest.raises(InputError, match="would become 0 to 510"):
                    with_range(graph, None, "mine")


def test_a_layer_that_another_network_has_too(keras):
    shared = keras.layers.Rescaling(1 / 255)
    network(keras, shared)
    graph = network(keras, shared)
    assert with_range(graph, None, "mine") is graph


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
