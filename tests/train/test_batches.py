import dataclasses
from typing import ClassVar

import keras
import numpy as np
import pytest

from train.augment import Augmentation
from train.batches import Batches, draw, strength, targets_of, weights_of
from train.datasets.examples import Examples
from train.recipes import RECIPES, Target

pytestmark = pytest.mark.train

RECIPE = dataclasses.replace(RECIPES["gate"], batch=8, balance=0, augmentation=Augmentation())


def examples(count: int = 30, humans: int = 10) -> Examples:
    """Pictures of one even grey each, which is the picture's own number."""
    pixels = np.arange(count, dtype=np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8)
    return Examples(pixels, (np.arange(count) < humans).astype(np.int64))


def numbers(batches: Batches) -> list[list[int]]:
    """Which pictures each batch of the present epoch holds."""
    return [np.round(batches[step][0][:, 0, 0, 0]).astype(int).tolist() for step in range(len(batches))]


def test_a_batch_is_pictures_and_targets_that_belong_together():
    batches = Batches(examples(), RECIPE, 2, seed=1)
    pixels, targets = batches[0]
    assert pixels.shape == (8, 48, 48, 1)
    assert pixels.dtype == np.float32
    assert list(targets) == ["probabilities"]
    is_human = np.round(pixels[:, 0, 0, 0]) < 10
    np.testing.assert_array_equal(targets["probabilities"], np.stack([~is_human, is_human], axis=1))
    assert targets["probabilities"].dtype == np.float32


def test_an_epoch_holds_each_picture_at_most_once_and_only_whole_batches():
    batches = Batches(examples(), RECIPE, 2, seed=1)
    drawn = sum(numbers(batches), [])  # noqa: RUF017
    assert len(batches) == 3
    assert len(drawn) == len(set(drawn)) == 24


def test_fewer_pictures_than_a_batch_are_one_batch():
    batches = Batches(examples(5, 2), RECIPE, 2, seed=1)
    assert len(batches) == 1
    assert sorted(numbers(batches)[0]) == [0, 1, 2, 3, 4]


def test_epochs_differ_and_seeds_differ():
    batches = Batches(examples(), RECIPE, 2, seed=1)
    first = numbers(batches)
    batches.on_epoch_end()
    assert numbers(batches) != first
    assert numbers(Batches(examples(), RECIPE, 2, seed=2)) != first


@pytest.mark.parametrize("balance", [0, 0.3, 1])
def test_a_resumed_epoch_is_the_unbroken_one(balance):
    recipe = dataclasses.replace(RECIPES["emotion"], batch=8, balance=balance, targets=(Target("p"),))
    unbroken = Batches(examples(), recipe, 2, seed=1)
    for _ in range(3):
        unbroken.on_epoch_end()
    resumed = Batches(examples(), recipe, 2, seed=1, epoch=3)
    for step in range(len(unbroken)):
        np.testing.assert_array_equal(unbroken[step][0], resumed[step][0])  # augmented alike too
        np.testing.assert_array_equal(unbroken[step][1]["p"], resumed[step][1]["p"])


def test_a_batch_may_be_asked_for_twice():
    batches = Batches(examples(), dataclasses.replace(RECIPES["emotion"], batch=8, targets=(Target("p"),)), 7, seed=1)
    np.testing.assert_array_equal(batches[1][0], batches[1][0])
    assert (batches[0][0] != batches[1][0]).any()


def test_balanced_draws_take_every_label_equally_often():
    recipe = dataclasses.replace(RECIPE, balance=1, batch=10)
    batches = Batches(examples(30, humans=3), recipe, 2, seed=1)
    drawn = np.array(sum(numbers(batches), []))  # noqa: RUF017
    assert len(drawn) == 30
    assert (drawn < 3).sum() == 15
    assert np.bincount(drawn[drawn < 3]).tolist() == [5, 5, 5]  # the rare ones repeat evenly
    others = drawn[drawn >= 3]
    assert len(set(others.tolist())) == 15  # of the others, as many as there is room for


def test_over_the_epochs_balanced_draws_reach_every_picture():
    batches = Batches(examples(30, humans=3), dataclasses.replace(RECIPE, balance=1), 2, seed=1)
    seen = set()
    for _ in range(10):
        seen.update(*numbers(batches))
        batches.on_epoch_end()
    assert seen == set(range(30))


class TestTargets:
    def test_labels(self):
        found = targets_of(examples(3, 1), Target("p"), 2)
        assert found.tolist() == [[0, 1], [1, 0], [1, 0]]

    def test_votes_and_the_label_where_nobody_voted(self):
        votes = np.array([[0.125, 0.375], [0, 0], [1, 0]], np.float32)
        found = targets_of(dataclasses.replace(examples(3, 2), votes=votes), Target("p", learns="votes"), 2)
        assert found.tolist() == [[0.25, 0.75], [0, 1], [1, 0]]

    def test_labels_where_there_are_no_votes(self):
        found = targets_of(examples(3, 1), Target("p", learns="votes"), 2)
        assert found.tolist() == [[0, 1], [1, 0], [1, 0]]


def trained_on(first: int, last: int) -> list[tuple[int, int]]:
    """The epochs and steps that Keras asks for while it trains from one epoch to another."""
    asked: list[tuple[int, int]] = []

    class Recorder(Batches):
        def __getitem__(self, step: int):
            asked.append((self._epoch, step))
            return super().__getitem__(step)

    class Start(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            asked.clear()  # Keras looks at some beforehand, to learn their shapes

    inputs = keras.Input((48, 48, 1))
    scores = keras.layers.Dense(2, activation="softmax")(keras.layers.GlobalAveragePooling2D()(inputs))
    model = keras.Model(inputs, {"probabilities": scores})
    model.compile("sgd", loss={"probabilities": "categorical_crossentropy"})
    batches = Recorder(examples(), RECIPE, 2, seed=1, epoch=first)
    model.fit(batches, initial_epoch=first, epochs=last, shuffle=False, verbose=0, callbacks=[Start()])
    return asked


def test_keras_trains_a_resumed_run_on_the_batches_of_the_unbroken_one():
    unbroken, resumed = trained_on(0, 3), trained_on(2, 3)
    assert len({epoch for epoch, _ in unbroken}) == 3
    assert [step for _, step in unbroken] == [0, 1, 2] * 3
    assert resumed == unbroken[-3:]


class TestDraw:
    def test_equal_weights_take_each_once(self):
        assert sorted(draw(np.ones(50), np.random.default_rng(1))) == list(range(50))

    def test_each_as_often_as_its_weight_to_within_one(self):
        weights = np.array([0.25] * 40 + [2.5] * 20 + [4.0] * 10)
        weights /= weights.mean()
        counts = np.bincount(draw(weights, np.random.default_rng(1)), minlength=70)
        assert counts.sum() == 70
        assert (np.abs(counts - weights) < 1).all()

    def test_over_many_epochs_the_mean_is_the_weight(self):
        weights = np.array([0.3, 0.3, 0.6, 2.8])
        counts = sum(np.bincount(draw(weights, np.random.default_rng(seed)), minlength=4) for seed in range(2000))
        np.testing.assert_allclose(counts / 2000, weights, atol=0.05)


class TestWeights:
    LABELS = np.eye(4, dtype=np.float32)[[0] * 8 + [1] * 4 + [2] * 2]  # of label 3 there is none

    @pytest.mark.parametrize("balance", [0.0, 0.3, 1.0])
    def test_a_label_with_a_kth_of_its_share_counts_k_to_the_balance(self, balance):
        found = weights_of([self.LABELS], balance)
        assert found.mean() == pytest.approx(1)
        assert found[8] / found[0] == pytest.approx(2**balance)
        assert found[12] / found[0] == pytest.approx(4**balance)

    def test_whole_balance_gives_every_label_the_same_sum(self):
        found = weights_of([self.LABELS], 1.0)
        assert found[:8].sum() == pytest.approx(found[8:12].sum()) == pytest.approx(found[12:].sum())

    def test_several_targets_count_alike(self):
        flat = np.full((14, 4), 0.25, np.float32)
        both, one = weights_of([self.LABELS, flat], 0.5), weights_of([self.LABELS], 0.5)
        assert 1 < both[12] / both[0] < one[12] / one[0]


class TestRefine:
    ANSWERS: ClassVar = {"probabilities": np.tile(np.float32([0.5, 0.5]), (30, 1))}

    def test_answers_are_mixed_in_by_their_share(self):
        batches = Batches(examples(), RECIPE, 2, seed=1)
        before = batches[0][1]["probabilities"]
        batches.refine(self.ANSWERS, 0.4)
        np.testing.assert_allclose(batches[0][1]["probabilities"], 0.6 * before + 0.2)
        batches.refine(self.ANSWERS, 0.6)  # of the data set's own targets, not of those mixed before
        np.testing.assert_allclose(batches[0][1]["probabilities"], 0.4 * before + 0.3, rtol=1e-6)

    def test_what_is_drawn_does_not_change(self):
        batches, refined = Batches(examples(), RECIPE, 2, seed=1), Batches(examples(), RECIPE, 2, seed=1)
        refined.refine(self.ANSWERS, 1.0)
        assert numbers(batches) == numbers(refined)


class TestStrength:
    def test_it_fades_to_half_over_the_last_epochs(self):
        recipe = dataclasses.replace(RECIPE, epochs=10, relax=0.4)
        found = [strength(epoch, recipe) for epoch in range(10)]
        assert found == pytest.approx([1, 1, 1, 1, 1, 1, 0.875, 0.75, 0.625, 0.5])
        assert strength(10, recipe) == 0.5

    @pytest.mark.parametrize("epochs", [1, 7])
    def test_without_it_every_epoch_is_alike(self, epochs):
        recipe = dataclasses.replace(RECIPE, epochs=epochs, relax=0.0)
        assert {strength(epoch, recipe) for epoch in range(epochs + 1)} == {1.0}

    def test_batches_are_augmented_less_at_the_end(self):
        """Flat grey changes with the light alone: by half as much at most."""
        recipe = dataclasses.replace(RECIPE, epochs=5, relax=1.0, augmentation=Augmentation(light=0.1))
        grey = dataclasses.replace(examples(24), pixels=np.full((24, 48, 48), 128, np.uint8))
        spread = [
            np.abs(np.concatenate([batches[step][0] for step in range(3)]) - 128).max()
            for batches in (Batches(grey, recipe, 2, seed=1, epoch=epoch) for epoch in (0, 4))
        ]
        assert spread[1] < 0.5 * 0.1 * 255 + 0.01 < spread[0]
