import json
import zipfile

import numpy as np
import pytest

from convert.framework import quiet, tensorflow
from convert.origin.opening import open_graph
from edge.contract.errors import InputError, ModelError

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def tf():
    return tensorflow()


def save(tf, path, call, *specs, signatures: int = 1):
    module = tf.Module()
    module.call = tf.function(call, input_signature=specs)
    found = module.call.get_concrete_function()
    names = {"serving_default": found} if signatures == 1 else {f"way{number}": found for number in range(signatures)}
    with quiet():
        tf.saved_model.save(module, str(path), signatures=names)
    return path


@pytest.mark.parametrize("content", [b"", b"not a model", None])
@pytest.mark.parametrize("name", ["bad.keras", "bad.h5"])
def test_what_is_not_keras_is_one_line(tmp_path, name, content):
    path = tmp_path / name
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "a zip, but no model")
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.(keras|h5): not a") as caught:
        open_graph(path)
    assert "\n" not in str(caught.value)


def test_weights_alone_are_no_network(network, tmp_path):
    path = tmp_path / "mine.weights.h5"
    with quiet():
        network("logits").save_weights(path)
    with pytest.raises(InputError, match=r"mine\.weights\.h5: not a model that Keras can read"):
        open_graph(path)


def test_layers_as_keras_2_wrote_them(tmp_path):
    """With arguments of their base class that have no effect on them, and the input's shape under another name."""
    import h5py

    tensorflow()
    with quiet():
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8, 8, 1)), layers.SeparableConv2D(4, 3), layers.DepthwiseConv2D(3)])
        model.save(tmp_path / "old.h5")
        with h5py.File(tmp_path / "old.h5", "r+") as file:
            form = json.loads(file.attrs["model_config"])
            for layer in form["config"]["layers"]:
                config = layer["config"]
                if layer["class_name"] == "InputLayer":
                    config["batch_input_shape"] = config.pop("batch_shape")
                else:
                    config["groups"] = 1
                if layer["class_name"] == "SeparableConv2D":
                    config |= dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"))
            file.attrs["model_config"] = json.dumps(form)
            file.attrs["keras_version"] = "2.15.0"
        with pytest.raises((TypeError, ValueError), match="Unrecognized keyword"):
            keras.models.load_model(tmp_path / "old.h5", compile=False)
    faces = np.random.default_rng(1).uniform(0, 255, (2, 8, 8, 1)).astype(np.float32)
    expected = model.predict(faces, verbose=0).reshape(2, -1)
    np.testing.assert_allclose(open_graph(tmp_path / "old.h5").scores(faces)["output"], expected, rtol=1e-5)


def test_a_keras_file_of_keras_2(network, tmp_path):
    with quiet():
        network("logits").save(tmp_path / "new.keras")
    with zipfile.ZipFile(tmp_path / "new.keras") as new, zipfile.ZipFile(tmp_path / "old.keras", "w") as old:
        config = new.read("config.json").replace(b'"batch_shape"', b'"batch_input_shape"')
        old.writestr("config.json", config.replace(b"GlobalAveragePooling2D", b"GlobalAveragePooling2DD"))
        old.writestr("metadata.json", '{"keras_version": "2.15.0"}')
        old.writestr("model.weights.h5", new.read("model.weights.h5"))
    with pytest.raises(InputError, match=r"it was saved by Keras 2\.15\.0: save it there once more as \.h5") as caught:
        open_graph(tmp_path / "old.keras")
    assert "\n" not in str(caught.value)


def test_other_files_and_folders(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"onnx")
    with pytest.raises(InputError, match=r"neither \.keras nor \.h5 nor the folder of a SavedModel"):
        open_graph(tmp_path / "model.onnx")
    (tmp_path / "model.tflite").write_bytes(b"TFL3")
    with pytest.raises(InputError, match="converted already"):
        open_graph(tmp_path / "model.tflite")
    with pytest.raises(InputError, match="not the folder of a SavedModel"):
        open_graph(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"damaged")
    with pytest.raises(InputError, match="not a SavedModel that can be read") as caught:
        open_graph(tmp_path)
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="no such file"):
        open_graph(tmp_path / "none")


def test_a_network_of_two_pictures_is_refused(tmp_path):
    tensorflow()
    with quiet():
        import keras

        first, second = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
        keras.Model([first, second], keras.layers.Flatten()(first + second)).save(tmp_path / "two.keras")
    with pytest.raises(ModelError, match=r"its input is .* expected one of"):
        open_graph(tmp_path / "two.keras")


def test_a_signature_of_two_inputs_is_refused(tf, tmp_path):
    spec = tf.TensorSpec((None, 8, 8, 1), tf.float32)
    path = save(tf, tmp_path / "two", lambda a, b: {"logits": tf.reshape(a + b, (-1, 64))}, spec, spec)
    with pytest.raises(ModelError, match=r"its signature takes .*; expected one input of float32"):
        open_graph(path)


def test_a_signature_of_another_name_is_taken_where_it_is_the_only_one(tf, tmp_path):
    spec = tf.TensorSpec((None, 8, 8, 1), tf.float32)

    def call(face):
        return {"logits": tf.reshape(face, (-1, 64))}

    with pytest.raises(ModelError, match="no signature serving_default, and not one alone; signatures: way0, way1"):
        open_graph(save(tf, tmp_path / "several", call, spec, signatures=2))
    assert open_graph(save(tf, tmp_path / "one", call, spec)).outputs == ("logits",)


def test_a_signature_of_one_picture_at_a_time(tf, tmp_path):
    def call(face):
        return {"logits": tf.reshape(face, (1, 16))}

    graph = open_graph(save(tf, tmp_path / "one", call, tf.TensorSpec((1, 4, 4, 1), tf.float32)))
    faces = np.arange(48, dtype=np.float32).reshape(3, 4, 4, 1)
    np.testing.assert_array_equal(graph.scores(faces)["logits"], faces.reshape(3, 16))
    twice = graph.adapted(2.0, 1.0, rename="mine").scores(faces)["mine"]
    np.testing.assert_array_equal(twice, 2 * faces.reshape(3, 16) + 1)
