import numpy as np
import pytest

from convert.framework import quiet
from convert.origin.graph import KerasGraph
from convert.origin.opening import open_graph
from edge.contract.errors import InputError

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def both(network, tmp_path_factory):
    """The same network as Keras has it, and as a SavedModel."""
    path = tmp_path_factory.mktemp("both") / "saved"
    model = network("logits", embedding=True)
    with quiet():
        model.export(path, verbose=False)
    return KerasGraph(model), open_graph(path)


def test_both_forms_say_the_same(both, pictures):
    faces = pictures(300, 1)[..., None].astype(np.float32)  # more than one batch
    keras, saved = (graph.scores(faces) for graph in both)
    assert set(keras) == set(saved) == {"logits", "embedding"}
    for name, values in keras.items():
        assert values.shape == (300, {"logits": 7, "embedding": 16}[name])
        np.testing.assert_allclose(saved[name], values, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("form", [0, 1])
def test_what_is_saved_takes_one_face_and_scales_it(both, pictures, tmp_path, form):
    graph = both[form].adapted(0.5, 3.0)
    with quiet():
        graph.save(str(tmp_path))
    faces = pictures(2, 1)[..., None].astype(np.float32)
    expected = both[0].scores(faces * 0.5 + 3)
    found = open_graph(tmp_path).scores(faces)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4, atol=1e-4)


def test_scaling_twice_is_scaling_by_both(both, pictures):
    faces = pictures(2, 1)[..., None].astype(np.float32)
    expected = both[0].scores((faces * 0.5 + 3) * 2 - 1)["logits"]
    for graph in both:
        twice = graph.adapted(2.0, -1.0).adapted(0.5, 3.0)
        np.testing.assert_allclose(twice.scores(faces)["logits"], expected, rtol=1e-4, atol=1e-4)


def test_outputs_without_names_are_numbered(network):
    with quiet():
        import keras

        face = keras.Input((4, 4, 1))
        flat = keras.layers.Flatten()(face)
        graph = KerasGraph(keras.Model(face, [flat, keras.layers.Identity()(flat)]))
    assert graph.outputs == ("output 1", "output 2")
    found = graph.scores(np.ones((1, 4, 4, 1), np.float32))
    assert [values.shape for values in found.values()] == [(1, 16), (1, 16)]


def test_a_folder_that_is_not_one(tmp_path):
    with pytest.raises(InputError, match="not the folder of a SavedModel"):
        open_graph(tmp_path)
