import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from convert.errors import CheckFailed
from convert.framework import quiet, tensorflow
from convert.origin.graph import KerasGraph
from convert.tflite.flatbuffer import read_facts
from convert.tflite.quantize import KINDS, quantize
from convert.tflite.runtimes import missing

pytestmark = pytest.mark.train

FACES = np.random.default_rng(1).uniform(0, 255, (20, 8, 8, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def keras():
    tensorflow()
    with quiet():
        import keras
    return keras


@pytest.fixture(scope="module")
def dense(keras):
    face = keras.Input((8, 8, 1), name="face")
    flat = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(face))
    return KerasGraph(keras.Model(face, {"logits": keras.layers.Dense(70)(flat)}))


def test_grey_pictures_alone_still_give_the_whole_range(network):
    middle = np.full((3, 48, 48, 1), 128, np.float32)
    found = read_facts(quantize(KerasGraph(network("logits")), "tiny", middle)).input
    assert (found.scale, found.zero_point) == (1.0, -128)


def test_dense_layers_are_not_quantized_by_channel(dense):
    graph = schema.ModelT.InitFromPackedBuf(quantize(dense, "dense", FACES), 0).subgraphs[0]
    scales = [len(tensor.quantization.scale) for tensor in graph.tensors if tuple(tensor.shape) == (70, 64)]
    assert scales == [1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_loads_on_the_oldest_runtime(dense, kind):
    facts = read_facts(quantize(dense, "dense", FACES, kind))
    assert missing(facts.operators) == []
    assert facts.operators["FULLY_CONNECTED"] < 12
    assert facts.input.dtype == ("int8" if kind == "int8" else "float32")


def test_the_kinds_differ_in_what_they_keep(dense):
    sizes = {kind: len(quantize(dense, "dense", FACES, kind)) for kind in KINDS}
    weights = 64 * 70
    assert sizes["float32"] - sizes["float16"] > 1.7 * weights
    assert sizes["float16"] - sizes["dynamic"] > 0.7 * weights
    assert sizes["int8"] < sizes["float16"]


def test_an_operator_that_int8_lacks_is_one_line(keras):
    face = keras.Input((8, 8, 1), name="face")
    odd = keras.ops.erfinv(keras.layers.Rescaling(1 / 512)(face))
    graph = KerasGraph(keras.Model(face, {"logits": keras.layers.Flatten()(odd)}, name="odd"))
    with pytest.raises(CheckFailed, match="TensorFlow cannot convert odd to int8") as caught:
        quantize(graph, "odd", np.ones((3, 8, 8, 1), np.float32))
    assert "\n" not in str(caught.value)
