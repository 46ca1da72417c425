"""Which pictures and labels each output is measured on."""

import numpy as np
import pytest

from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples, Splits
from train.exams import exams_of, warn_without_votes
from train.recipes import Target


def examples(votes: bool = True) -> Examples:
    labels = np.array([0, 1, 2])
    cast = np.zeros((3, 7), np.float32)
    cast[0, 6], cast[1, 1], cast[2, 3] = 0.9, 0.5, 0.6
    return Examples(np.zeros((3, 48, 48), np.uint8), labels, cast if votes else None)


def splits(votes: bool = True) -> Splits:
    return Splits(examples(votes), examples(votes), examples(votes), names=("A", "B", "C"))


HEADS = (Target("logits", learns="votes"), Target("logits_fer2013"))


def test_each_output_is_measured_on_what_it_learned_the_reported_one_first():
    exams = exams_of(splits(), HEADS)
    assert [(exam.title, exam.output, exam.examples.labels.tolist()) for exam in exams] == [
        ("B, clear majority of FER+ votes", "logits", [6, 3]),
        ("C, clear majority of FER+ votes", "logits", [6, 3]),
        ("B, original labels", "logits_fer2013", [0, 1, 2]),
        ("C, original labels", "logits_fer2013", [0, 1, 2]),
    ]


def test_only_the_chosen_splits():
    assert [exam.set for exam in exams_of(splits(), HEADS[1:], ("test",))] == ["C"]


def test_without_votes_the_labels_stand_in_and_the_title_and_one_warning_say_so(caplog):
    exams = exams_of(splits(votes=False), HEADS)
    assert [(exam.title, exam.output, exam.examples.labels.tolist()) for exam in exams] == [
        ("B, original labels in place of votes", "logits", [0, 1, 2]),
        ("C, original labels in place of votes", "logits", [0, 1, 2]),
        ("B, original labels", "logits_fer2013", [0, 1, 2]),
        ("C, original labels", "logits_fer2013", [0, 1, 2]),
    ]
    for targets, voted in ((HEADS, True), (HEADS[1:], False), (HEADS, False)):
        warn_without_votes(splits(voted), targets)
    (said,) = caplog.messages
    assert said == "no votes here (FER+'s CSV is missing): at the output logits the labels stand in"


def test_labels_in_another_order_are_found_by_their_names():
    (exam,) = exams_of(splits(), HEADS[1:], ("test",))
    alphabetical = tuple(sorted(EMOTIONS))
    scores = np.eye(7)[[alphabetical.index(label) for label in ("angry", "disgust", "neutral")]]
    marks = exam.mark(scores, "emotion", alphabetical)
    assert marks.top1 == pytest.approx(2 / 3)
    assert marks.recall["fear"] == 0
    assert exam.truth("emotion", alphabetical).tolist() == [0, 1, 2]
