import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from convert.calibration import draw
from convert.material import gather
from convert.origin.run import Run
from convert.origin.source import Source
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from tests.made_data import classes, lay
from train.datasets.tasks import load


@dataclass
class Shape:
    """All that reading pictures needs of a network."""

    shape: tuple[int, int, int] = (48, 48, 1)


def source(labels: tuple[str, ...] = EMOTIONS, run: Run | None = None) -> Source:
    return Source("mine", Shape(), "emotion", labels, run)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Ten pictures of each emotion, as bright as its place in FER2013's order."""
    path = tmp_path_factory.mktemp("data")
    for index, label in enumerate(EMOTIONS):
        (path / label).mkdir()
        for number in range(10):
            picture = np.full((48, 48), 30 * index, np.uint8)
            picture[0, 0] = number
            cv2.imwrite(str(path / label / f"{number}.png"), picture)
    return path


def named(found, labels: tuple[str, ...]) -> set[tuple[str, int]]:
    parts = (found.splits.train, found.splits.validation, found.splits.test)
    return {(labels[label], int(np.median(p))) for part in parts for label, p in zip(part.labels, part.pixels)}  # noqa: B905


def test_labels_are_matched_by_name_whatever_their_order(data):
    truth = {(label, 30 * index) for index, label in enumerate(EMOTIONS)}
    for labels in (EMOTIONS, tuple(sorted(EMOTIONS)), (*EMOTIONS, "contempt")):
        found = gather(source(labels), data, None, None, None, force=False)
        assert named(found, labels) == truth
        assert len(found.listed.entries) == 56


def test_pictures_that_the_model_has_no_label_for(data):
    with pytest.raises(InputError, match="its pictures are of neutral, which the model has no label for"):
        gather(source(EMOTIONS[:6]), data, None, None, None, force=False)


def test_labelled_pictures_take_the_place_of_the_data(data):
    found = gather(source(tuple(sorted(EMOTIONS))), None, data, None, 3, force=False)
    assert named(found, tuple(sorted(EMOTIONS))) == {(label, 30 * index) for index, label in enumerate(EMOTIONS)}
    assert found.listed.name == "drawn with seed 3"
    assert found.splits.names[1] == f"{data.name} validation"


def test_a_list_is_looked_up_in_the_data(data, tmp_path):
    listed = draw(load("emotion", data, 1).train, EMOTIONS, 7, 5)
    (tmp_path / "mine.txt").write_text(listed.to_text("mine"))
    found = gather(source(), data, tmp_path / "mine.txt", None, None, force=False)
    assert found.listed.entries == listed.entries


def test_pictures_of_labels_that_the_training_left_out(data, tmp_path):
    splits = load("emotion", data, 1)
    digests = [part.digest for part in (splits.train, splits.validation, splits.test)]
    run = Run({"seed": 1, "settings": {"drop": ["disgust"]}, "data": {"sha256": digests}}, {})
    labels = tuple(label for label in EMOTIONS if label != "disgust")
    (tmp_path / "mine.txt").write_text(draw(splits.train, EMOTIONS, 7, 5).to_text("mine"))
    found = gather(source(labels, run), data, tmp_path / "mine.txt", None, None, force=False)
    assert [label for _, label in found.listed.entries] == list(labels)
    measured = gather(source(labels, run), data, None, data, None, force=True)
    assert "disgust" not in {label for label, _ in named(measured, labels)}


def test_other_pictures_to_measure_on(data):
    found = gather(source(), data, None, data, None, force=False)
    assert [len(part) for part in (found.splits.train, found.splits.validation, found.splits.test)] == [70, 70, 0]
    assert found.splits.names[1] == data.name


def test_other_pictures_that_are_divided_already(data, tmp_path, caplog):
    caplog.set_level("INFO", "convert")
    other = lay(tmp_path, {f"train/{name}": made for name, made in classes(each=3).items()})
    lay(other, {f"test/{name}": made for name, made in classes(each=2, start=100).items()})
    found = gather(source(), data, None, other, None, force=False)
    assert [len(part) for part in (found.splits.train, found.splits.validation, found.splits.test)] == [70, 14, 0]
    assert found.splits.names[1] == f"{other.name} test"
    assert f"to measure on: {other.name} test" in caplog.messages


@pytest.mark.parametrize(("without_repeats", "count"), [(False, 21), (True, 20)])
def test_other_pictures_that_the_network_learned_from_are_an_objection(tmp_path, without_repeats, count):
    own = lay(tmp_path / "own", {f"train/{name}": made for name, made in classes(each=3).items()})
    for start, part in enumerate(("validation", "test"), 1):
        lay(own, {f"{part}/{name}": made for name, made in classes(each=1, start=100 * start).items()})
    shutil.copy(own / "train/sad/0.png", own / "validation/sad/again.png")
    splits = load("emotion", own, 1)
    digests = [part.digest for part in (splits.train, splits.validation, splits.test)]
    run = Run({"seed": 1, "settings": {"without_repeats": without_repeats}, "data": {"sha256": digests}}, {})

    told = f"{count} of the 21 pictures of train are among those of the training"
    with pytest.raises(InputError, match=f"mine: {told}; name others with --validation, or go on with --force"):
        gather(source(run=run), own, None, own / "train", None, force=False)
    assert gather(source(run=run), own, None, own / "train", None, force=True).objections == (told,)
    divided = gather(source(run=run), own, None, own, None, force=False)  # one of the fifteen
    assert [len(part) for part in (divided.splits.validation, divided.splits.test)] == [8, 7]
    assert gather(source(), own, None, own / "train", None, force=False).objections == ()


def test_other_data_than_the_training_s_are_an_objection(data):
    splits = load("emotion", data, 4)
    digests = [part.digest for part in (splits.train, splits.validation, splits.test)]
    own = Run({"seed": 4, "data": {"sha256": digests}}, {})
    assert gather(source(run=own), data, None, None, None, force=False).objections == ()
    other = Run({"seed": 4, "data": {"sha256": digests[::-1]}}, {})
    with pytest.raises(InputError, match="not those that mine was trained with"):
        gather(source(run=other), data, None, None, None, force=False)
    (objection,) = gather(source(run=other), data, None, None, None, force=True).objections
    assert objection == "the data are not those that mine was trained with"
