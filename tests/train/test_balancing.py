import sys

import numpy as np
import pytest

from edge.contract.errors import ConfigurationError, InputError
from train.augment import Augmentation
from train.balancing import METHODS, Balancing, balanced, check_installed, example_weights
from train.datasets.examples import Examples

COUNTS = {0: 12, 1: 3, 3: 30}
"""Pictures by label; label 2 has none."""


@pytest.fixture(scope="module")
def unequal() -> Examples:
    """Labels that differ in brightness, so that neighbours are of one label; everybody voted for it."""
    labels = np.repeat(list(COUNTS), list(COUNTS.values()))
    rng = np.random.default_rng(1)
    pixels = (rng.integers(0, 30, (len(labels), 48, 48)) + 60 * labels[:, None, None]).astype(np.uint8)
    return Examples(pixels, labels, np.eye(4, dtype=np.float32)[labels])


def counts(examples: Examples) -> dict[int, int]:
    return dict(zip(*(values.tolist() for values in np.unique(examples.labels, return_counts=True)), strict=True))


@pytest.mark.parametrize("method", ["none", "class-weights"])
def test_what_leaves_the_pictures_alone(unequal, method):
    assert balanced(unequal, Balancing(method), 1) is unequal


@pytest.mark.parametrize("method", ["augment", "oversample"])
def test_up_to_the_most_frequent_label(unequal, method):
    found = balanced(unequal, Balancing(method), 1)
    assert counts(found) == {0: 30, 1: 30, 3: 30}
    np.testing.assert_array_equal(found.pixels[: len(unequal)], unequal.pixels)  # what is there stays
    np.testing.assert_array_equal(found.votes.argmax(axis=1), found.labels)


def test_copies_are_copies_and_each_is_made_before_any_is_made_twice(unequal):
    added = balanced(unequal, Balancing("oversample"), 1).pixels[len(unequal) :]
    originals = {picture.tobytes() for picture in unequal.pixels}
    assert {picture.tobytes() for picture in added} <= originals
    rare = [picture.tobytes() for picture in unequal.pixels[unequal.labels == 1]]
    times = [sum(picture.tobytes() == one for picture in added) for one in rare]
    assert sorted(times) == [9, 9, 9]


def test_translated_copies_are_new_pictures_of_the_same_label(unequal):
    found = balanced(unequal, Balancing("augment", Augmentation(shift=0.1)), 1)
    originals = {picture.tobytes() for picture in unequal.pixels}
    added, labels = found.pixels[len(unequal) :], found.labels[len(unequal) :]
    assert not originals & {picture.tobytes() for picture in added}
    assert found.pixels.dtype == np.uint8
    assert (np.abs(added.mean(axis=(1, 2)) - (60 * labels + 15)) < 3).all()


def test_down_to_the_rarest_label(unequal):
    found = balanced(unequal, Balancing("undersample"), 1)
    assert counts(found) == {0: 3, 1: 3, 3: 3}
    assert found.votes is not None
    assert {picture.tobytes() for picture in found.pixels} <= {picture.tobytes() for picture in unequal.pixels}


@pytest.mark.parametrize("method", ["augment", "oversample", "undersample"])
def test_the_seed_decides(unequal, method):
    first, again, other = (balanced(unequal, Balancing(method), seed).digest for seed in (1, 1, 2))
    assert first == again != other


class TestSynthesized:
    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("imblearn", reason="needs requirements-train.txt")

    def test_smote_draws_between_pictures_of_one_label(self, unequal):
        found = balanced(unequal, Balancing("smote"), 1)
        assert counts(found) == {0: 30, 1: 30, 3: 30}
        assert found.pixels.shape == (90, 48, 48)
        assert found.pixels.dtype == np.uint8
        assert found.votes is None
        rare = unequal.pixels[unequal.labels == 1]
        made = found.pixels[len(unequal) :][found.labels[len(unequal) :] == 1]
        assert len(made) == 27
        assert (made >= rare.min(axis=0)).all()
        assert (made <= rare.max(axis=0)).all()

    def test_smote_enn_also_leaves_out_what_lies_among_other_labels(self, unequal):
        stray = unequal.pixels.copy()
        stray[0] = stray[-1]  # of label 0, looking like label 3
        stray[0, 0, 0] ^= 1
        found = balanced(Examples(stray, unequal.labels), Balancing("smote-enn"), 1)
        assert not (found.pixels == stray[0]).all(axis=(1, 2)).any()
        assert set(counts(found)) == set(COUNTS)

    def test_a_label_with_one_picture_has_nothing_to_draw_between(self, unequal):
        lonely = unequal.take(np.flatnonzero(unequal.labels != 1)[:13])
        with pytest.raises(InputError, match="there is a label with one"):
            balanced(lonely, Balancing("smote"), 1)

    def test_a_label_that_would_vanish_is_an_error(self):
        greys = np.arange(0, 240, 12, dtype=np.uint8)  # each picture's neighbours are of the other label
        mixed = Examples(np.broadcast_to(greys[:, None, None], (20, 48, 48)), np.arange(20) % 2)
        with pytest.raises(InputError, match="leaves no picture"):
            balanced(mixed, Balancing("smote-enn"), 1)


def test_without_imbalanced_learn_it_is_said_what_to_install(monkeypatch, unequal):
    monkeypatch.setitem(sys.modules, "imblearn", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install -r requirements-train\.txt"):
        balanced(unequal, Balancing("smote"), 1)
    for method in set(METHODS) - {"smote", "smote-enn"}:
        check_installed(method)


def test_weights_make_labels_count_alike(unequal):
    weights = example_weights(unequal.labels)
    assert weights.dtype == np.float32
    assert weights.mean() == pytest.approx(1)
    sums = [weights[unequal.labels == label].sum() for label in COUNTS]
    assert sums == pytest.approx([15, 15, 15])
