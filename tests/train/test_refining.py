import dataclasses

import keras
import numpy as np
import pytest

from train.augment import Augmentation
from train.batches import Batches
from train.datasets.examples import Examples, Splits
from train.fit import fit, start
from train.recipes import RECIPES, Recipe, Target
from train.refining import answers_of
from train.run_folder import RunFolder

pytestmark = pytest.mark.train


def examples() -> Examples:
    rng = np.random.default_rng(1)
    labels = np.arange(24) % 2
    pixels = rng.integers(0, 60, (24, 48, 48)) + np.where(labels, 180, 10)[:, None, None]
    return Examples(pixels.astype(np.uint8), labels)


def recipe(**changes) -> Recipe:
    plain = dataclasses.replace(RECIPES["gate"], balance=0, batch=8, precision="float32", augmentation=Augmentation())
    return dataclasses.replace(plain, **changes)


class Watcher(Batches):
    """Remembers the targets of every epoch."""

    seen: list[tuple[int, np.ndarray]]

    def on_epoch_end(self) -> None:
        type(self).seen.append((self._epoch, self._targets["probabilities"].copy()))
        super().on_epoch_end()


@pytest.fixture
def trained(tmp_path, monkeypatch) -> tuple[RunFolder, list[tuple[int, np.ndarray]]]:
    Watcher.seen = []
    monkeypatch.setattr("train.fit.Batches", Watcher)
    splits = Splits(examples(), examples(), examples())
    run = start("small", recipe(epochs=8, refine=0.8, refine_every=2), splits, tmp_path / "run", 1, tmp_path)
    fit(run, splits)
    # Keras also ends an epoch before the first one, after it has looked at what a batch is like.
    return run, [(epoch, targets) for epoch, (_, targets) in enumerate(Watcher.seen[-8:])]


def test_the_share_of_the_answers_grows(trained):
    own = np.eye(2)[examples().labels]
    moved = {epoch: float(np.abs(targets - own).mean()) for epoch, targets in trained[1]}
    assert sorted(moved) == list(range(8))
    assert moved[0] == moved[1] == 0  # a quarter of the epochs goes by first
    assert all(moved[epoch] > 0 for epoch in range(2, 8))
    assert all(abs(targets.sum(axis=1) - 1).max() < 1e-5 for _, targets in trained[1])


def test_the_answers_of_the_last_round_are_kept(trained):
    run, seen = trained
    assert [path.name for path in run.path.glob("answers-*")] == ["answers-006.npz"]
    answers = run.load_answers(6)["probabilities"]
    own = np.eye(2, dtype=np.float32)[examples().labels]
    share = 0.8 * 7 / 8
    np.testing.assert_allclose(dict(seen)[7], (1 - share) * own + share * answers, atol=1e-6)


def test_answers_are_the_mean_over_a_picture_and_its_mirror_image():
    inputs = keras.Input((48, 48, 1))
    left, right = inputs[:, :, :24], inputs[:, :, 24:]
    sides = [keras.ops.mean(side, axis=(1, 2, 3), keepdims=False) / 255 for side in (left, right)]
    total = sides[0] + sides[1]
    output = keras.ops.stack([sides[0] / total, sides[1] / total], axis=1)
    model = keras.Model(inputs, {"probabilities": output})
    picture = np.zeros((1, 48, 48), np.uint8)
    picture[:, :, :24] = 200
    found = answers_of(model, Examples(picture, np.zeros(1, np.int64)), recipe())
    np.testing.assert_allclose(found["probabilities"], [[0.5, 0.5]], atol=1e-6)
    assert found["probabilities"].dtype == np.float32


def test_logits_become_probabilities():
    inputs = keras.Input((48, 48, 1))
    logits = keras.layers.Reshape((2,))(keras.layers.Conv2D(2, 48)(inputs))
    two_heads = recipe(targets=(Target("logits"),))
    found = answers_of(keras.Model(inputs, {"logits": logits}), examples(), two_heads)["logits"]
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
