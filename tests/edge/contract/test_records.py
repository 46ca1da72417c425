import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.records import Box, Episode, Face, Scores

boxes = st.builds(Box, st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 60), st.integers(1, 60))


def pixels(box: Box) -> set[tuple[int, int]]:
    return {(x, y) for x in range(box.x, box.x + box.width) for y in range(box.y, box.y + box.height)}


class TestBox:
    @given(boxes, boxes)
    def test_iou_is_shared_pixels_by_all_pixels(self, one, other):
        both, either = pixels(one) & pixels(other), pixels(one) | pixels(other)
        assert one.iou(other) == pytest.approx(len(both) / len(either))
        assert one.iou(other) == other.iou(one)

    def test_known_overlaps(self):
        assert Box(0, 0, 10, 10).iou(Box(0, 0, 10, 10)) == 1
        assert Box(0, 0, 10, 10).iou(Box(10, 0, 10, 10)) == 0
        assert Box(0, 0, 10, 10).iou(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)
        assert Box(0, 0, 10, 10).iou(Box(20, 20, 5, 5)) == 0  # apart in both directions

    def test_area(self):
        assert Box(3, 4, 5, 6).area == 30


class TestScores:
    SCORES = Scores(("a", "b", "c"), (0.2, 0.5, 0.3))

    def test_best_and_each(self):
        assert (self.SCORES.best, self.SCORES.confidence) == ("b", 0.5)
        assert self.SCORES["c"] == 0.3
        assert dict(self.SCORES) == {"a": 0.2, "b": 0.5, "c": 0.3}

    def test_the_first_of_equals_is_best(self):
        assert Scores(("a", "b"), (0.5, 0.5)).best == "a"

    def test_labels_and_values_must_pair(self):
        with pytest.raises(ValueError, match="shorter"):
            list(Scores(("a", "b"), (1.0,)))

    def test_an_unknown_label(self):
        with pytest.raises(ValueError, match="not in tuple"):
            self.SCORES["d"]


def test_a_face_without_scores_is_a_rejected_one():
    assert Face(Box(0, 0, 1, 1), 0.1, None).rejected
    assert not Face(Box(0, 0, 1, 1), 0.9, TestScores.SCORES).rejected


def test_an_episode_lasts_from_first_to_last_sight():
    episode = Episode(1, Box(0, 0, 1, 1), 0.9, 12.5, 20.0, 75, "a", TestScores.SCORES, (("a", 7.5),))
    assert episode.duration == 7.5


def test_records_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Box(0, 0, 1, 1).x = 2
