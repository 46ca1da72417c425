import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.architectures import ARCHITECTURES, Head
from train.datasets.tasks import LABELS
from train.fit import build
from train.pretrained import check_weights, load_trunk
from train.recipes import PUBLISHED

pytestmark = pytest.mark.train

PARAMETERS = {
    "gate-cnn": 846_914,
    "swish": 827_847,
    "vgg-like": 2_137_991,  # as published
    "two-convolutions": 6_836_103,
    "blocks-3": 1_469_927,
    "blocks-4": 1_767_399,
    "blocks-5": 2_621_927,
    "blocks-6": 3_607_527,
    "mini-xception": 58_423,  # as published
    "vgg19": 20_027_975,
}


@pytest.fixture(scope="module", params=PUBLISHED)
def published(request):
    recipe = PUBLISHED[request.param]
    return request.param, build(recipe, len(LABELS[recipe.task]), "float32")


def test_the_exact_number_of_parameters(published):
    name, model = published
    assert model.count_params() == PARAMETERS[name]


def test_it_takes_pixels_of_its_size_and_gives_one_number_between_0_and_1_a_label(published):
    name, model = published
    side, labels = PUBLISHED[name].side, LABELS[PUBLISHED[name].task]
    assert model.input_shape == (None, side, side, 1)
    pixels = np.random.default_rng(1).integers(0, 256, (2, side, side, 1)).astype(np.float32)
    found = np.asarray(model(pixels, training=False)["probabilities"])
    assert found.shape == (2, len(labels))
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    if PUBLISHED[name].loss == "categorical":
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_both_layouts_have_the_same_weights(published):
    """One is trained on torch, the other is kept and converted."""
    name, last = published
    first = build(PUBLISHED[name], len(LABELS[PUBLISHED[name].task]), "float32", layout="channels_first")
    assert [weight.shape for weight in first.weights] == [weight.shape for weight in last.weights]
    assert all(type(layer).__module__.startswith("keras.") for layer in last.layers)


def test_the_gate_has_two_outputs_that_know_nothing_of_each_other():
    model = build(PUBLISHED["gate-cnn"], 2, "float32")
    assert model.get_layer("probabilities").activation is keras.activations.sigmoid


def test_mini_xception_steps_over_pixels_as_its_strided_shortcut_does():
    pixels = np.random.default_rng(1).normal(size=(2, 7, 6, 3)).astype(np.float32)
    stepped = keras.layers.MaxPooling2D(1, 2, padding="same")(pixels)
    strided = keras.layers.Conv2D(3, 1, 2, padding="same", use_bias=False)
    strided.build(pixels.shape)
    strided.set_weights([np.eye(3)[None, None]])
    np.testing.assert_allclose(np.asarray(stepped), np.asarray(strided(pixels)), rtol=1e-6)


def test_batch_normalization_lies_between_a_layer_and_its_activation():
    model = build(PUBLISHED["vgg-like"], 7, "float32")
    kinds = [type(layer).__name__ for layer in model.layers]
    behind = [kinds[at + 1] for at, kind in enumerate(kinds[:-2]) if kind in ("Conv2D", "Dense")]
    assert behind == ["BatchNormalization"] * 9


@pytest.mark.parametrize("activation", ["relu", "elu", "swish", "tanh"])
def test_what_is_tuned_reaches_every_layer(activation):
    options = {"filters": 8, "activation": activation, "dropout": 0.4, "l1": 1e-5, "l2": 1e-3, "blocks": 3}
    model = ARCHITECTURES["blocks"]([Head("probabilities", 7, softmax=True)], **options)
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [8, 8, 16, 16, 32, 32]
    penalties = {(float(layer.kernel_regularizer.l1), float(layer.kernel_regularizer.l2)) for layer in convolutions}
    assert [pytest.approx(pair) for pair in penalties] == [(1e-5, 1e-3)]
    dropouts = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropouts == [0.4, 0.4, 0.4, 0.5]
    names = [layer.activation.__name__ for layer in model.layers if isinstance(layer, keras.layers.Activation)]
    expected = {"swish": "silu"}.get(activation, activation)
    assert names == [expected] * 7 + ["softmax"]


class TestWeights:
    @pytest.fixture
    def small(self, monkeypatch):
        """A net with a trunk of the same name, in the place of twenty million weights."""
        inputs = keras.Input((8, 8, 1))
        trunk = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3, name="one")], name="vgg19")
        return keras.Model(inputs, trunk(inputs))

    def test_they_are_taken_from_a_file(self, small, tmp_path):
        trunk = small.get_layer("vgg19")
        trunk.save_weights(tmp_path / "trunk.weights.h5")
        kernel = trunk.get_weights()[0]
        trunk.set_weights([np.zeros_like(weight) for weight in trunk.get_weights()])
        load_trunk(small, tmp_path / "trunk.weights.h5")
        np.testing.assert_array_equal(trunk.get_weights()[0], kernel)

    def test_they_are_taken_from_a_file_of_old_keras(self, small, tmp_path):
        """In the layout of keras.applications' files, whose layers and weights go by their order, not by name."""
        h5py = pytest.importorskip("h5py", reason="needs requirements-train.txt")
        trunk = small.get_layer("vgg19")
        kernel, bias = np.random.default_rng(1).normal(size=(2, 9)).astype(np.float32)
        with h5py.File(tmp_path / "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "w") as file:
            file.attrs["layer_names"] = [b"input_1", b"block1_conv1", b"block1_pool"]
            for name in ("input_1", "block1_pool"):
                file.create_group(name).attrs["weight_names"] = []
            layer = file.create_group("block1_conv1")
            layer.attrs["weight_names"] = [b"block1_conv1_W_1:0", b"block1_conv1_b_1:0"]
            layer["block1_conv1_W_1:0"] = np.stack([kernel, 2 * kernel], axis=-1).reshape(3, 3, 1, 2)
            layer["block1_conv1_b_1:0"] = bias[:2]
        load_trunk(small, tmp_path / "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5")
        np.testing.assert_array_equal(trunk.get_weights()[0][..., 0].ravel(), kernel)
        np.testing.assert_array_equal(trunk.get_weights()[1], bias[:2])

    def test_other_weights_are_refused(self, small, tmp_path):
        other = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 3, name="one")])
        other.save_weights(tmp_path / "other.weights.h5")
        with pytest.raises(InputError, match="not the weights of VGG19 without its top"):
            load_trunk(small, tmp_path / "other.weights.h5")
        (tmp_path / "broken.h5").write_bytes(b"nothing")
        with pytest.raises(InputError, match=r"broken\.h5: not the weights"):
            load_trunk(small, tmp_path / "broken.h5")

    def test_they_are_refused_early(self, tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            check_weights(tmp_path / "gone.h5", "vgg19")
        with pytest.raises(InputError, match="residual begins with a whole network"):
            check_weights(tmp_path / "gone.h5", "residual")
        (tmp_path / "w.h5").write_bytes(b"abc")
        assert check_weights(tmp_path / "w.h5", "vgg19").startswith("ba7816bf")
