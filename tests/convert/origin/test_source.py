import json

import numpy as np
import pytest

from convert.framework import quiet
from convert.origin.graph import KerasGraph
from convert.origin.source import load_source
from edge.contract.errors import InputError, ModelError
from edge.contract.labels import EMOTIONS

pytestmark = pytest.mark.train

CONFIG = {"task": "emotion", "labels": list(EMOTIONS), "seed": 5, "data": {"sha256": ["a", "b", "c"]}}


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("run")
    with quiet():
        network("logits").save(path / "model.keras")
    (path / "other.keras").write_bytes((path / "model.keras").read_bytes())
    (path / "config.json").write_text(json.dumps(CONFIG))
    (path / "metrics.json").write_text('{"best_epoch": 2}')
    return path


def save(path, layer: str, *rest, **arguments):
    """A network of one number a pixel area, and whatever comes after."""
    with quiet():
        import keras

        face = keras.Input((8, 8, 1))
        last = getattr(keras.layers, layer)(*rest, **arguments)
        keras.Model(face, last(keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(face)))).save(path)
    return path


def test_a_run_folder_says_what_its_model_is(folder):
    source = load_source(folder / "model.keras")
    assert (source.task, source.labels, source.seed) == ("emotion", EMOTIONS, 5)
    assert (source.scores, source.shape) == ("logits", (48, 48, 1))
    assert source.run.metrics == {"best_epoch": 2}
    assert (source.file.format, source.file.size) == ("keras", (folder / "model.keras").stat().st_size)


def test_another_file_of_the_folder_is_not_what_it_speaks_of(folder):
    with pytest.raises(InputError, match="--task"):
        load_source(folder / "other.keras")
    with pytest.raises(InputError, match="what its 7 outputs stand for, in order: --labels"):
        load_source(folder / "other.keras", task="emotion")
    assert load_source(folder / "other.keras", "emotion", EMOTIONS).run is None


def test_somebody_else_s_config_is_not_a_run(folder, tmp_path):
    (tmp_path / "model.keras").write_bytes((folder / "model.keras").read_bytes())
    for text in ('{"architectures": []}', "[]", "not json"):
        (tmp_path / "config.json").write_text(text)
        assert load_source(tmp_path / "model.keras", "emotion", EMOTIONS).run is None


def test_labels_must_fit_the_output(folder):
    with pytest.raises(InputError, match="6 labels for the 7 values of logits"):
        load_source(folder / "model.keras", labels=EMOTIONS[:6])
    with pytest.raises(InputError, match="repeat"):
        load_source(folder / "model.keras", labels=(*EMOTIONS[:6], "angry"))
    with pytest.raises(InputError, match="2 labels for the 7 values"):
        load_source(folder / "other.keras", "gate", ("other", "human"))


def test_several_outputs_must_be_known_by_name(network, tmp_path):
    with quiet():
        network("feelings", "moods").save(tmp_path / "odd.keras")
    with pytest.raises(
        ModelError, match=r"no output is named logits or probabilities, and there are .*feelings, moods"
    ):
        load_source(tmp_path / "odd.keras", task="emotion")


def test_one_output_needs_no_name_but_labels(tmp_path):
    path = save(tmp_path / "mine.h5", "Dense", 3, activation="softmax")
    with pytest.raises(InputError, match="what its 3 outputs stand for, in order: --labels"):
        load_source(path, "emotion")
    source = load_source(path, "emotion", ("a", "b", "c"))
    assert (source.scores, source.labels, source.file.format) == ("probabilities", ("a", "b", "c"), "h5")
    np.testing.assert_allclose(source.probabilities(np.full((1, 8, 8), 200, np.uint8)).sum(), 1, atol=1e-6)


def test_what_the_numbers_are_is_seen_from_them(tmp_path):
    assert load_source(save(tmp_path / "a.keras", "Dense", 3), "emotion", ("a", "b", "c")).scores == "logits"
    with pytest.raises(ModelError, match="do not add up to 1"):
        load_source(save(tmp_path / "b.keras", "Dense", 3, activation="sigmoid"), "emotion", ("a", "b", "c"))
    with pytest.raises(ModelError, match="gives one number"):
        load_source(save(tmp_path / "c.keras", "Dense", 1, activation="sigmoid"), "emotion", ("a", "b"))


def named(path, name: str, **arguments):
    """A network whose one output has a name."""
    with quiet():
        import keras

        face = keras.Input((8, 8, 1))
        last = keras.layers.Dense(3, **arguments)(keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(face)))
        keras.Model(face, {name: last}).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "activation", "found"),
    [
        ("logits", "softmax", "probabilities"),
        ("probabilities", None, "logits"),
        ("logits", None, "logits"),
        ("probabilities", "softmax", "probabilities"),
        ("probabilities", "sigmoid", "probabilities"),
    ],
)
def test_somebody_else_s_output_is_what_its_numbers_are_whatever_its_name(tmp_path, name, activation, found):
    path = named(tmp_path / "mine.keras", name, activation=activation)
    source = load_source(path, "emotion", ("a", "b", "c"))
    assert (source.scores, source.graph.outputs) == (found, (found,))
    with pytest.raises(InputError, match="say what its 3 outputs stand for"):
        load_source(path, "emotion")


def test_a_misleading_name_among_several_outputs(tmp_path):
    path = tmp_path / "mine.keras"
    with quiet():
        import keras

        face = keras.Input((8, 8, 1))
        features = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(face))
        keras.Model(face, {"logits": keras.layers.Softmax()(features), "embedding": features}).save(path)
    with pytest.raises(ModelError, match="its output logits gives probabilities; save it under that name, or alone"):
        load_source(path, "emotion", tuple(map(str, range(64))))


def test_a_gate_has_labels_of_its_own(tmp_path):
    path = save(tmp_path / "gate.keras", "Dense", 2, activation="softmax")
    with pytest.raises(InputError, match="the labels of a gate are other and human, not cat, dog"):
        load_source(path, "gate", ("cat", "dog"))
    assert load_source(path, "gate", ("human", "other")).labels == ("human", "other")


def test_probabilities_are_those_of_the_network(network, pictures):
    from convert.origin.source import Source

    source = Source("tiny", KerasGraph(network("logits")), "emotion", EMOTIONS)
    seen = pictures(5, 1)
    logits = source.graph.scores(seen[..., None].astype(np.float32))["logits"]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(source.probabilities(seen), expected, atol=1e-5)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_source(tmp_path / "none.keras", task="gate")
