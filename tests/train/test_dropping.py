import numpy as np

from edge.contract.labels import EMOTIONS
from train.datasets.examples import Examples, Splits
from train.dropping import kept_labels, without
from train.exams import exams_of
from train.recipes import Target


def splits() -> Splits:
    labels = np.array([0, 1, 1, 6, 3])
    votes = np.full((5, 7), 0.05, np.float32)
    votes[range(5), [1, 1, 0, 6, 3]] = 0.7  # the first is called angry, and most saw disgust
    part = Examples(np.arange(5 * 48 * 48).reshape(5, 48, 48).astype(np.uint8), labels, votes)
    return Splits(part, part, part, names=("a", "b", "c"))


def test_the_labels_that_are_left_keep_their_order():
    assert kept_labels("emotion", ("disgust",)) == ("angry", "fear", "happy", "sad", "surprise", "neutral")
    assert kept_labels("gate", ()) == ("other", "human")


def test_nothing_dropped_changes_nothing():
    given = splits()
    assert without(given, "emotion", ()) is given


def test_pictures_and_votes_of_a_dropped_label_are_gone_from_every_split():
    given = splits()
    found = without(given, "emotion", ("disgust",))
    assert found.names == ("a", "b", "c")
    for part in (found.train, found.validation, found.test):
        assert part.labels.tolist() == [0, 6, 3]
        assert (part.votes[:, EMOTIONS.index("disgust")] == 0).all()
    assert given.train.votes[0, 1] == np.float32(0.7)  # what was given is not changed


def test_an_exam_counts_by_the_labels_that_are_left():
    found = without(splits(), "emotion", ("disgust",))
    labels = kept_labels("emotion", ("disgust",))
    original, voted = (exams_of(found, (Target("x", learns=learns),), ("test",))[0] for learns in ("labels", "votes"))
    assert [labels[index] for index in original.truth("emotion", labels)] == ["angry", "neutral", "happy"]
    assert [labels[index] for index in voted.truth("emotion", labels)] == ["neutral", "happy"]
    marks = original.mark(np.eye(6)[[0, 5, 0]], "emotion", labels)
    assert marks.top1 == 2 / 3
    assert list(marks.recall) == list(labels)
