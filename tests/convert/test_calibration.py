import json
import os
from pathlib import Path

import numpy as np
import pytest

from convert import calibration
from convert.calibration import COMMITTED, CalibrationList, choose, draw, find, read_list
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS, GATE
from train.datasets.examples import Examples

LABELS = ("other", "human")


@pytest.fixture
def examples() -> Examples:
    rng = np.random.default_rng(5)
    return Examples(rng.integers(0, 256, (40, 48, 48), dtype=np.uint8), np.arange(40) % 2)


def test_the_order_of_the_data_does_not_matter(examples):
    shuffled = examples.take(np.random.default_rng(1).permutation(40))
    assert draw(examples, LABELS, 10, 1) == draw(shuffled, LABELS, 10, 1)


def test_another_seed_chooses_others(examples):
    assert draw(examples, LABELS, 10, 1).entries != draw(examples, LABELS, 10, 2).entries


def test_labels_are_drawn_alike_and_from_their_own_pictures(examples):
    drawn = draw(examples, LABELS, 10, 1)
    assert [label for _, label in drawn.entries] == ["other"] * 5 + ["human"] * 5
    human = {picture.tobytes() for picture in examples.pixels[1::2]}
    assert all((picture.tobytes() in human) == (at >= 5) for at, picture in enumerate(find(drawn, examples)))


def test_one_picture_taken_away_changes_one_entry_at_most(examples):
    whole, fewer = draw(examples, LABELS, 10, 1), draw(examples.take(np.arange(1, 40)), LABELS, 10, 1)
    assert len(set(whole.entries) & set(fewer.entries)) >= 9


def test_a_picture_that_occurs_twice_is_chosen_once():
    twice = Examples(np.zeros((4, 48, 48), np.uint8), np.array([0, 0, 1, 1]))
    assert [label for _, label in draw(twice, LABELS, 10, 1).entries] == ["other"]


def test_a_list_is_read_as_it_was_written(examples, tmp_path):
    drawn = draw(examples, LABELS, 10, 1)
    path = tmp_path / "mine.txt"
    path.write_text(drawn.to_text("two\nlines"))
    found = read_list(path)
    assert found == CalibrationList("mine.txt", drawn.entries)
    assert found.sha256 == drawn.sha256


def test_pictures_come_in_the_order_of_the_list(examples):
    drawn = draw(examples, LABELS, 10, 1)
    backwards = CalibrationList("backwards", drawn.entries[::-1])
    np.testing.assert_array_equal(find(backwards, examples), find(drawn, examples)[::-1])


def test_missing_pictures_are_counted(examples):
    drawn = draw(examples, LABELS, 40, 1)
    changed = examples.pixels.copy()
    changed[:3] ^= 1
    with pytest.raises(InputError, match="3 of its 40 pictures are not in the training split"):
        find(drawn, Examples(changed, examples.labels))


def test_labels_that_a_training_left_out(examples):
    drawn = draw(examples, LABELS, 10, 1)
    kept = drawn.without(("other",))
    assert (kept.name, kept.entries) == (f"{drawn.name} without other", drawn.entries[5:])
    assert drawn.without(("cat",)) is drawn
    with pytest.raises(InputError, match="names no pictures"):
        find(drawn.without(LABELS), examples)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no pictures"),
        ("# only this\n", "names no pictures"),
        ("0" * 63 + " human\n", "line 1: expected a sha256 and a label"),
        ("# a\n" + "0" * 64 + "\n", "line 2: expected"),
    ],
)
def test_what_is_not_a_list_is_refused(tmp_path, text, message):
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_list(path)


def test_own_data_get_a_list_of_their_own(examples):
    chosen = choose("gate", examples, LABELS, None, seed=3)
    assert chosen == draw(examples, LABELS, calibration.IMAGES, 3)


def test_the_committed_list_is_taken_where_its_pictures_are(examples, tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "COMMITTED", tmp_path)
    (tmp_path / "gate.txt").write_text(draw(examples, LABELS, 6, 9).to_text("the list"))
    assert choose("gate", examples, LABELS, None, seed=3).name == "gate.txt"
    cut = examples.take(np.arange(20))  # some are missing: no reason to calibrate on others without being asked
    with pytest.raises(InputError, match="are not in the training split"):
        find(choose("gate", cut, LABELS, None, seed=3), cut)


def test_a_list_that_was_named_is_never_replaced(examples, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        choose("gate", examples, LABELS, tmp_path / "none.txt", seed=3)


@pytest.mark.parametrize(("task", "labels"), [("emotion", EMOTIONS), ("gate", GATE)])
def test_the_committed_lists_hold_every_label_alike(task, labels):
    entries = read_list(COMMITTED / f"{task}.txt").entries
    assert len(set(entries)) == calibration.IMAGES
    assert {label: sum(entry[1] == label for entry in entries) for label in labels} == dict.fromkeys(
        labels, calibration.IMAGES // len(labels)
    )


@pytest.mark.parametrize("task", ["emotion", "gate"])
def test_a_list_that_the_shipped_model_was_not_calibrated_with_says_so(task):
    told = json.loads((COMMITTED.parent / f"{task}.json").read_text())["quantization"]
    path = COMMITTED / told["calibration"]
    says = "Made again since the shipped" in path.read_text()
    assert (read_list(path).sha256 == told["sha256"]) != says


@pytest.mark.skipif("EMOTION_EDGE_DATA" not in os.environ, reason="EMOTION_EDGE_DATA does not name the data sets")
def test_the_committed_list_is_what_the_data_give():
    from train.datasets.tasks import load

    training = load("emotion", Path(os.environ["EMOTION_EDGE_DATA"]), 1).train
    assert read_list(COMMITTED / "emotion.txt").entries == draw(training, EMOTIONS, calibration.IMAGES, 1).entries
