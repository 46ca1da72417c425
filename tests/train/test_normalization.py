import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from train.normalization import BatchNormalization

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[2]


def test_it_is_keras_layer_with_keras_weights():
    own, theirs = BatchNormalization(name="b"), keras.layers.BatchNormalization(name="b")
    features = np.random.default_rng(1).normal(3, 2, (8, 6, 6, 4)).astype(np.float32)
    for layer in (own, theirs):
        layer(features, training=True)
    assert [weight.path for weight in own.weights] == [weight.path for weight in theirs.weights]
    for training in (True, False):
        np.testing.assert_allclose(own(features, training=training), theirs(features, training=training), atol=1e-5)


def test_a_saved_model_holds_it(tmp_path):
    inputs = keras.Input((4, 4, 2))
    keras.Model(inputs, BatchNormalization()(inputs)).save(tmp_path / "m.keras")
    assert isinstance(keras.models.load_model(tmp_path / "m.keras").layers[-1], BatchNormalization)


ON_TORCH = """
import keras, numpy as np
from train.normalization import BatchNormalization

keras.config.set_image_data_format("channels_first")
features = np.random.default_rng(1).normal(3, 2, (16, 5, 6, 7)).astype(np.float32)
own, theirs = BatchNormalization(axis=1, momentum=0.9), keras.layers.BatchNormalization(axis=1, momentum=0.9)
pixels = 16 * 6 * 7  # of a channel: the variance that torch keeps is larger by a part in so many
for training in (True, True, False):
    one, other = (keras.ops.convert_to_numpy(layer(features, training=training)) for layer in (own, theirs))
    np.testing.assert_allclose(one, other, rtol=1 / pixels, atol=1e-5)
for mine, keras_ in zip(own.get_weights(), theirs.get_weights(), strict=True):
    np.testing.assert_allclose(mine, keras_, rtol=2e-3, atol=1e-6)
before = own.get_weights()
own.trainable = False
own(features + 5, training=True)
for one, other in zip(own.get_weights(), before, strict=True):
    np.testing.assert_array_equal(one, other)
print("same")
"""


def test_torch_gives_the_same_numbers():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed")
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", ON_TORCH], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "same\n", done.stderr[-2000:]
