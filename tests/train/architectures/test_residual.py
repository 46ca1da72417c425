import keras
import numpy as np
import pytest

from train.architectures import ARCHITECTURES, Head, residual
from train.datasets.tasks import LABELS
from train.fit import build
from train.recipes import RECIPES, SHIPPED

pytestmark = pytest.mark.train

PARAMETERS = {"emotion": 1_907_246, "emotion-narrow": 1_690_542, "gate": 478_354}
"""Of the networks that are shipped and of the wide one that they begin with, heads included."""


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request):
    """A recipe's name and its network as it is kept after training."""
    recipe = RECIPES[request.param]
    return request.param, build(recipe, len(LABELS[recipe.task]), "float32", recipe.embedding)


def test_the_exact_number_of_parameters(shipped):
    name, model = shipped
    assert model.count_params() == PARAMETERS[name]


def test_it_takes_pixels_and_gives_named_float32_rows(shipped):
    name, model = shipped
    pixels = np.random.default_rng(1).integers(0, 256, (3, 48, 48, 1)).astype(np.float32)
    found = {key: np.asarray(value) for key, value in model(pixels, training=False).items()}
    shapes = {
        "emotion": {"logits": (3, 7), "logits_fer2013": (3, 7), "embedding": (3, 192)},
        "gate": {"probabilities": (3, 2)},
    }
    assert {key: value.shape for key, value in found.items()} == shapes[RECIPES[name].task]
    assert {value.dtype for value in found.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(value).all() for value in found.values())
    if name == "gate":
        np.testing.assert_allclose(found["probabilities"].sum(axis=1), 1, atol=1e-6)


def test_no_layer_that_the_oldest_runtime_cannot_load(shipped):
    kinds = {type(layer).__name__ for layer in shipped[1].layers}
    assert "Dense" not in kinds
    assert kinds <= {
        "InputLayer",
        "Rescaling",
        "Conv2D",
        "BatchNormalization",
        "ReLU",
        "Add",
        "AveragePooling2D",
        "GlobalAveragePooling2D",
        "Dropout",
        "Reshape",
        "Softmax",
    }


def test_it_scales_pixels_itself(shipped):
    """0, 127.5 and 255 reach the first convolution as -1, 0 and 1."""
    _, model = shipped
    scaling = next(layer for layer in model.layers if isinstance(layer, keras.layers.Rescaling))
    found = scaling(np.array([0, 127.5, 255], np.float32).reshape(1, 1, 3, 1))
    np.testing.assert_allclose(np.asarray(found).ravel(), [-1, 0, 1], atol=1e-6)


def test_the_head_is_linear_in_the_embedding(shipped):
    """What makes it possible to fit another head on the embedding alone."""
    name, model = shipped
    if name != "emotion":
        pytest.skip("the gate has no embedding")
    found = model(np.random.default_rng(2).uniform(0, 255, (5, 48, 48, 1)).astype(np.float32), training=False)
    kernel, bias = (np.asarray(weight) for weight in model.get_layer("logits_head").weights)
    expected = np.asarray(found["embedding"]) @ kernel[0, 0] + bias
    np.testing.assert_allclose(np.asarray(found["logits"]), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_any_heads_and_sizes(name):
    model = ARCHITECTURES[name]([Head("logits", 7), Head("votes", 8), Head("p", 2, softmax=True)], (64, 40))
    assert {key: tuple(value.shape) for key, value in model.output.items()} == {
        "logits": (None, 7),
        "votes": (None, 8),
        "p": (None, 2),
    }
    assert model.input_shape == (None, 64, 40, 1)


def test_mixed_precision_trains_the_same_weights_and_answers_in_float32():
    recipe = RECIPES["gate"]
    model = build(recipe, 2, "mixed_bfloat16")
    assert {weight.dtype for weight in model.weights if "seed" not in weight.path} == {"float32"}
    assert model.output["probabilities"].dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"  # as it was before
    build(recipe, 2, "float32").set_weights(model.get_weights())


def test_the_embedding_has_no_weights_of_its_own():
    with_it, without = (residual([Head("logits", 7)], embedding=embedding) for embedding in (True, False))
    assert [weight.shape for weight in with_it.weights] == [weight.shape for weight in without.weights]


def test_both_layouts_have_the_same_weights():
    """One is trained on torch, the other is kept and converted."""
    recipe = RECIPES["emotion"]
    first, last = (build(recipe, 7, "float32", layout=layout) for layout in ("channels_first", "channels_last"))
    assert [weight.shape for weight in first.weights] == [weight.shape for weight in last.weights]
    assert keras.config.image_data_format() == "channels_last"  # as it was before
    assert all(type(layer).__module__.startswith("keras.") for layer in last.layers)


def test_what_was_trained_in_one_layout_answers_alike_in_the_other(tmp_path):
    recipe = RECIPES["gate"]
    first, last = (build(recipe, 2, "float32", layout=layout) for layout in ("channels_first", "channels_last"))
    first.save_weights(tmp_path / "w.weights.h5")
    last.load_weights(tmp_path / "w.weights.h5")
    for one, other in zip(first.get_weights(), last.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
