import dataclasses

import keras
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.augment import Augmentation
from train.batches import Batches, targets_of
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

    def test_votes_that_are_not_there(self):
        with pytest.raises(InputError, match="the output p learns votes, and this data set has none"):
            targets_of(examples(), Target("p", learns="votes"), 2)


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
