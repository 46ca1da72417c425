import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from convert.errors import CheckFailed
from convert.flatbuffer import read_facts
from convert.framework import quiet, tensorflow
from convert.quantize import quantize

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def keras():
    tensorflow()
    with quiet():
        import keras
    return keras


def test_grey_pictures_alone_still_give_the_whole_range(network):
    middle = np.full((3, 48, 48, 1), 128, np.float32)
    found = read_facts(quantize(network("logits"), middle)).input
    assert (found.scale, found.zero_point) == (1.0, -128)


def test_dense_layers_are_not_quantized_by_channel(keras):
    face = keras.Input((8, 8, 1), name="face")
    flat = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(face))
    model = keras.Model(face, {"logits": keras.layers.Dense(7)(flat)})
    data = quantize(model, np.random.default_rng(1).uniform(0, 255, (20, 8, 8, 1)).astype(np.float32))
    graph = schema.ModelT.InitFromPackedBuf(data, 0).subgraphs[0]
    scales = [len(tensor.quantization.scale) for tensor in graph.tensors if tuple(tensor.shape) == (7, 64)]
    assert scales == [1]


def test_an_operator_that_int8_lacks_is_one_line(keras):
    face = keras.Input((8, 8, 1), name="face")
    odd = keras.ops.erfinv(keras.layers.Rescaling(1 / 512)(face))
    model = keras.Model(face, {"logits": keras.layers.Flatten()(odd)}, name="odd")
    with pytest.raises(CheckFailed, match="TensorFlow cannot convert odd to int8") as caught:
        quantize(model, np.ones((3, 8, 8, 1), np.float32))
    assert "\n" not in str(caught.value)
