"""Pictures are mixed in pairs, and what goes with them by the same shares."""

import dataclasses

import numpy as np
import pytest

from train.augment import Augmentation
from train.batches import Batches
from train.datasets.examples import Examples
from train.mixing import Mixture
from train.recipes import RECIPES, Recipe

pytestmark = pytest.mark.train


def recipe(**changes) -> Recipe:
    plain = dataclasses.replace(RECIPES["gate"], balance=0, batch=32, augmentation=Augmentation())
    return dataclasses.replace(plain, **changes)


def examples() -> Examples:
    """The brightness of a picture tells its label: 0 or 200."""
    labels = np.arange(32) % 4 // 3  # one in four
    return Examples(np.full((32, 48, 48), 200 * labels[:, None, None], np.uint8), labels)


def test_each_keeps_the_greater_share_of_itself():
    mixture = Mixture.draw(1000, 1.0, np.random.default_rng(1))
    assert mixture.share.min() >= 0.5
    assert sorted(mixture.partner) == list(range(1000))
    assert abs(mixture.share.mean() - 0.75) < 0.02  # the greater of two that add up to 1, drawn alike
    assert Mixture.draw(1000, 0.2, np.random.default_rng(1)).share.mean() > 0.87


def test_what_is_mixed_is_the_sum_of_both_by_their_shares():
    mixture = Mixture(np.float32([0.75, 1.0]), np.array([1, 0]))
    np.testing.assert_allclose(mixture.of(np.float32([[0, 4], [8, 0]])), [[2, 3], [8, 0]])
    np.testing.assert_allclose(mixture.of(np.float32([1, 3])), [1.5, 3])


def test_pictures_and_targets_go_together():
    pixels, targets = Batches(examples(), recipe(mixup=1.0), 2, seed=1)[0]
    bright = pixels.mean(axis=(1, 2, 3)) / 200
    np.testing.assert_allclose(targets["probabilities"][:, 1], bright, atol=1e-5)
    np.testing.assert_allclose(targets["probabilities"].sum(axis=1), 1, atol=1e-5)
    assert ((bright > 0.01) & (bright < 0.99)).sum() > 5


def test_the_same_batch_is_mixed_alike_and_another_epoch_s_otherwise():
    batches = Batches(examples(), recipe(mixup=1.0), 2, seed=1)
    np.testing.assert_array_equal(batches[0][0], batches[0][0])
    first = batches[0][0]
    batches.on_epoch_end()
    assert not np.array_equal(np.sort(first.ravel()), np.sort(batches[0][0].ravel()))


def test_a_rare_label_s_weight_stays_with_its_share():
    weighted = dataclasses.replace(RECIPES["gate"].balancing, method="class-weights")
    plain = Batches(examples(), recipe(balancing=weighted), 2, seed=1)[0]
    mixed = Batches(examples(), recipe(balancing=weighted, mixup=1.0), 2, seed=1)[0]
    assert set(plain[2]) == set(mixed[2]) == {"probabilities"}

    def counted(batch) -> np.ndarray:
        return (batch[1]["probabilities"] * batch[2]["probabilities"][:, None]).sum(axis=0)

    rare, common = plain[2]["probabilities"].max(), plain[2]["probabilities"].min()
    share = mixed[0].mean(axis=(1, 2, 3)) / 200
    np.testing.assert_allclose(mixed[2]["probabilities"], share * rare + (1 - share) * common, rtol=1e-4)
    np.testing.assert_allclose(
        mixed[1]["probabilities"][:, 1] * mixed[2]["probabilities"], share * rare, rtol=1e-4, atol=1e-4
    )
    assert counted(plain)[1] == pytest.approx(counted(plain)[0], rel=1e-5)
