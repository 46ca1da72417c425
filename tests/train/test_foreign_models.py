"""Keras models that others have made."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples
from train.evaluate import load_candidate

keras = pytest.importorskip("keras", reason="needs requirements-train.txt")
pytestmark = pytest.mark.train


def saved(folder: Path, labels: int = 7, channels: int = 1, sides: tuple = (48, 48), form: str = "one") -> Path:
    """A softmax of the mean grey: one named output, or several of them in a list, or a Sequential."""
    pixels = keras.Input((*sides, channels))
    mean = keras.layers.GlobalAveragePooling2D()
    last = keras.layers.Dense(labels, activation="softmax", name="probabilities")
    if form == "sequential":
        model = keras.Sequential([pixels, mean, last])
    else:
        found = last(mean(pixels))
        model = keras.Model(pixels, found if form == "one" else [keras.layers.Dense(3, name="more")(found), found])
    path = folder / "model.keras"
    model.save(path)
    return path


@pytest.mark.parametrize("form", ["one", "several", "sequential"])
def test_outputs_without_names_have_their_layers(tmp_path, form):
    found = load_candidate(saved(tmp_path, form=form), "emotion")
    examples = Examples(
        np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8), np.zeros(3, np.int64)
    )
    scores = found.scorer(examples, "probabilities")
    assert scores.shape == (3, 7)
    np.testing.assert_allclose(scores.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"labels": 8}, r"its output probabilities is \(None, 8\), expected a score of each of 7 labels"),
        ({"channels": 3}, r"takes \(None, 48, 48, 3\); evaluate asks about one grey picture"),
        ({"sides": (None, None)}, r"takes \(None, None, None, 1\); evaluate asks"),
    ],
)
def test_what_does_not_fit_the_data_is_said(tmp_path, wrong, said):
    with pytest.raises(InputError, match=said):
        load_candidate(saved(tmp_path, **wrong), "emotion")


@pytest.mark.parametrize("config", [{"model_type": "vit", "id2label": {}}, ["x"]])
def test_a_config_that_is_not_a_runs(tmp_path, config):
    path = saved(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert load_candidate(path, "emotion").labels == EMOTIONS
    with pytest.raises(InputError, match="lies in no run folder; say what it is for with --task"):
        load_candidate(path)
