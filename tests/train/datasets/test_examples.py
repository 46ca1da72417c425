import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import InputError
from train.datasets.examples import Examples, divide, join, stratified


def numbered(labels, votes: bool = False) -> Examples:
    """Pictures of one pixel pair whose values are their own positions."""
    labels = np.array(labels, np.int64)
    pixels = np.arange(len(labels), dtype=np.uint16).view(np.uint8).reshape(-1, 1, 2)
    return Examples(pixels, labels, np.eye(7, dtype=np.float32)[labels] if votes else None)


def positions(examples: Examples) -> list[int]:
    return np.ascontiguousarray(examples.pixels).view(np.uint16).ravel().tolist()


class TestExamples:
    def test_take_keeps_pictures_labels_and_votes_together(self):
        taken = numbered([3, 1, 4, 1, 5], votes=True).take(np.array([4, 0, 0]))
        assert positions(taken) == [4, 0, 0]
        assert taken.labels.tolist() == [5, 3, 3]
        assert taken.votes.argmax(axis=1).tolist() == [5, 3, 3]
        assert len(taken) == 3

    def test_clear_keeps_what_over_half_of_the_voters_agree_on_and_takes_their_label(self):
        votes = np.array([[0.5, 0.5], [0.6, 0.1], [0.2, 0.7], [0.5, 0.1], [0, 0]], np.float32)
        found = replace(numbered([1, 1, 1, 1, 1]), votes=votes).clear()
        assert positions(found) == [1, 2]
        assert found.labels.tolist() == [0, 1]

    def test_clear_needs_votes(self):
        with pytest.raises(InputError, match="no votes"):
            numbered([1]).clear()

    def test_digest_tells_pixels_labels_and_order_apart(self):
        base = numbered([0, 1, 2])
        other_pixel = Examples(base.pixels + np.uint8(1), base.labels)
        variants = [base, numbered([0, 1, 1]), base.take(np.array([1, 0, 2])), base.take(np.array([0, 1])), other_pixel]
        assert len({examples.digest for examples in variants}) == 5
        assert numbered([0, 1, 2]).digest == base.digest

    def test_join_is_in_order_and_drops_votes_that_not_all_have(self):
        both = join(numbered([1, 2], votes=True), numbered([3], votes=True))
        assert both.labels.tolist() == [1, 2, 3]
        assert positions(both) == [0, 1, 0]
        assert both.votes.argmax(axis=1).tolist() == [1, 2, 3]
        assert join(numbered([1], votes=True), numbered([2])).votes is None


class TestStratified:
    @given(
        labels=st.lists(st.integers(0, 6), max_size=120),
        seed=st.integers(0, 9),
        validation=st.sampled_from([0.0, 0.1, 0.2]),
        test=st.sampled_from([0.0, 0.1, 0.3]),
    )
    def test_every_picture_is_in_one_part(self, labels, seed, validation, test):
        splits = stratified(numbered(labels), seed, validation, test)
        parts = [positions(part) for part in (splits.train, splits.validation, splits.test)]
        assert sorted(itertools.chain(*parts)) == list(range(len(labels)))
        for label in set(labels):
            count = labels.count(label)
            for part, share in ((splits.validation, validation), (splits.test, test)):
                held = int((part.labels == label).sum())
                assert abs(held - share * count) <= 1
                assert bool(held) == bool(share) or count < 10
                assert held or count < 3 or not share

    @given(
        shown=st.lists(st.integers(0, 20), min_size=1, max_size=60),
        labels=st.integers(1, 3),
        seed=st.integers(0, 9),
        test=st.sampled_from([0.0, 0.1, 0.3]),
    )
    def test_equal_pictures_are_in_one_part_whatever_their_labels(self, shown, labels, seed, test):
        pixels = np.array(shown, np.uint8).reshape(-1, 1, 1)
        truth = np.random.default_rng(seed).integers(0, labels, len(shown))
        splits = stratified(Examples(pixels, truth), seed, test=test)
        parts = [part.pixels.ravel().tolist() for part in (splits.train, splits.validation, splits.test)]
        assert sorted(itertools.chain(*parts)) == sorted(shown)
        assert all(set(one).isdisjoint(other) for one, other in itertools.combinations(parts, 2))

    @pytest.mark.parametrize("different", [3, 4, 10, 100])
    def test_a_set_that_is_there_twice_is_divided_by_the_same_shares(self, different):
        once = numbered([0] * different + [1] * different)
        twice = join(once, once)
        splits, plain = stratified(twice, 5), stratified(once, 5)
        for part, expected in ((splits.validation, plain.validation), (splits.test, plain.test)):
            assert np.bincount(part.labels).tolist() == (2 * np.bincount(expected.labels)).tolist()

    @pytest.mark.parametrize("copies", [[9], [1, 99], [99, 1], [5, 5]])
    def test_something_is_always_left_to_train_on(self, copies):
        pixels = np.repeat(np.arange(len(copies), dtype=np.uint8), copies).reshape(-1, 1, 1)
        for seed in range(10):
            assert len(stratified(Examples(pixels, np.zeros(len(pixels), np.int64)), seed).train)

    def test_without_equal_pictures_the_division_stays_what_it_was(self):
        """Bit for bit: run folders and manifests know their data by it."""
        splits = stratified(numbered([0, 1, 1, 2, 1] * 40), 7, 0.1, 0.2)
        assert [part.digest[:16] for part in (splits.train, splits.validation, splits.test)] == [
            "110cbf0296675e07",
            "096541e29d85318a",
            "5ec28c3eaf0d4f7b",
        ]

    def test_the_seed_decides(self):
        examples = numbered([0, 1] * 50)
        first, again, other = (positions(stratified(examples, seed).test) for seed in (1, 1, 2))
        assert first == again != other


class TestDivide:
    def test_given_parts_are_kept(self):
        splits = divide(numbered([0, 1] * 6), np.array([0] * 6 + [1] * 2 + [2] * 4), seed=1)
        assert [positions(part) for part in (splits.train, splits.validation, splits.test)] == [
            [0, 1, 2, 3, 4, 5],
            [6, 7],
            [8, 9, 10, 11],
        ]

    @pytest.mark.parametrize("part", [1, 2])
    def test_a_missing_part_is_drawn_from_the_first(self, part):
        splits = divide(numbered([0, 1] * 30), np.array([0] * 40 + [part] * 20), seed=1)
        drawn, given = (splits.test, splits.validation) if part == 1 else (splits.validation, splits.test)
        assert positions(given) == list(range(40, 60))
        assert len(drawn) == 4
        assert sorted(positions(drawn) + positions(splits.train)) == list(range(40))

    def test_nothing_given_is_a_stratified_division(self):
        examples = numbered([0, 1, 2] * 20)
        one, other = divide(examples, np.zeros(60, np.int64), 4), stratified(examples, 4)
        assert positions(one.test) == positions(other.test)
        assert positions(one.validation) == positions(other.validation)


def test_what_must_not_read_the_test_split_gets_none_of_it():
    splits = divide(numbered([0, 1, 0, 1, 0, 1]), np.array([0, 0, 1, 1, 2, 2]), seed=1)
    kept = splits.without_test()
    assert [len(part) for part in (kept.train, kept.validation, kept.test)] == [2, 2, 0]
    assert kept.test.pixels.shape[1:] == splits.test.pixels.shape[1:]
