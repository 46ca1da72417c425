import bz2
import gzip
import lzma
import tarfile

import cv2
import numpy as np
import pytest

from convert.labelled import all_of, is_labelled, load_labelled, load_to_measure, renumbered
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from tests.made_data import classes, lay, table, zipped
from train.datasets.examples import Examples, Splits

LABELS = ("cat", "Dog", "bird")


@pytest.fixture
def folder(tmp_path):
    """Ten grey pictures of each label, as `ten_of_each`."""
    for number, picture in enumerate(ten_of_each()):
        label = tmp_path / "pets" / LABELS[number // 10]
        label.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(label / f"{number % 10}.png"), picture)
    return tmp_path / "pets"


def ten_of_each() -> np.ndarray:
    """Pictures whose brightness is 60, 120 or 180, no two alike: one pixel of each is its own."""
    pictures = np.repeat(np.array([60, 120, 180], np.uint8), 10)[:, None, None] * np.ones((1, 9, 7), np.uint8)
    pictures[:, 4, 3] += np.tile(np.arange(10, dtype=np.uint8), 3)
    return pictures


def brightness(splits: Splits) -> set[tuple[int, int]]:
    whole = all_of(splits)
    return {(int(label), int(picture.mean())) for label, picture in zip(whole.labels, whole.pixels, strict=True)}


def test_class_folders_are_numbered_as_the_model_s_labels(folder):
    splits = load_labelled(folder, LABELS, (32, 24), 1)
    assert brightness(splits) == {(0, 60), (1, 120), (2, 180)}
    assert brightness(load_labelled(folder, LABELS[::-1], (32, 24), 1)) == {(2, 60), (1, 120), (0, 180)}
    assert splits.names == ("pets training", "pets validation", "pets test")
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [24, 3, 3]
    assert splits.train.pixels.shape[1:] == (32, 24)


def test_folders_that_are_not_the_labels(folder):
    with pytest.raises(InputError, match="no folder for fish; no label bird"):
        load_labelled(folder, ("cat", "dog", "fish"), (32, 24), 1)


@pytest.mark.parametrize("colour", [False, True])
def test_arrays(tmp_path, colour):
    pictures = ten_of_each()
    labels = np.repeat(np.array([0, 1, 2]), 10)
    if colour:  # red, green, blue: grey is 0.299 red + 0.587 green + 0.114 blue
        pictures = np.stack([pictures, pictures * 0, pictures * 0], axis=3)
    np.savez(tmp_path / "a.npz", images=pictures, labels=labels)
    grey = {(0, 18), (1, 36), (2, 54)} if colour else {(0, 60), (1, 120), (2, 180)}
    assert brightness(load_labelled(tmp_path / "a.npz", LABELS, (9, 7), 1)) == grey
    np.savez(tmp_path / "b.npz", images=pictures, labels=np.array(LABELS)[labels])
    assert brightness(load_labelled(tmp_path / "b.npz", LABELS, (9, 7), 1)) == grey


def test_arrays_that_are_divided_already(tmp_path):
    pictures, labels = np.zeros((6, 8, 8), np.uint8), np.array([0, 1, 2] * 2)
    np.savez(tmp_path / "a.npz", x_train=pictures, y_train=labels, x_test=pictures[:3], y_test=labels[:3, None])
    splits = load_labelled(tmp_path / "a.npz", LABELS, (8, 8), 1)
    assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [6, 3, 0]


def test_what_is_not_divided_is_measured_on_whole(folder, tmp_path):
    pictures = np.arange(30, dtype=np.uint8)[:, None, None].repeat(8, 1).repeat(8, 2)
    np.savez(tmp_path / "a.npz", images=pictures, labels=np.arange(30) % 3)
    for path in (folder, tmp_path / "a.npz"):
        found = load_to_measure(path, LABELS, (8, 8), 1)
        assert [len(part) for part in (found.train, found.validation, found.test)] == [0, 30, 0]
        assert found.names[1] == path.name


@pytest.mark.parametrize(
    ("held", "sizes", "names"),
    [
        (("val",), [0, 6, 0], ["mine validation", "none"]),
        (("test",), [0, 6, 0], ["mine test", "none"]),
        (("validation", "testing"), [0, 6, 6], ["mine validation", "mine test"]),
    ],
)
def test_of_divided_folders_the_training_part_is_not_measured_on(tmp_path, held, sizes, names):
    labels = ("angry", "happy")
    parts = {
        f"{part}/{name}": data
        for start, part in enumerate(("train", *held))
        for name, data in classes(labels, 20 if part == "train" else 3, 100 * start).items()
    }
    for path in (lay(tmp_path / "mine", parts), zipped(tmp_path / "mine.zip", parts)):
        found = load_to_measure(path, labels, (48, 48), 1)
        assert [len(part) for part in (found.train, found.validation, found.test)] == sizes
        assert list(found.names[1:]) == [name.replace("mine", path.name) for name in names]


def test_of_a_divided_table_or_arrays_the_training_part_is_not_measured_on(tmp_path):
    rows = [(label, label, "Training") for label in range(7)] * 3
    rows += [(label, 10 + label, usage) for label in range(7) for usage in ("PublicTest", "PrivateTest")]
    found = load_to_measure(table(tmp_path / "faces.csv", rows), EMOTIONS, (48, 48), 1)
    assert [len(part) for part in (found.train, found.validation, found.test)] == [0, 7, 7]
    assert found.names[1:] == ("FER2013 PublicTest", "FER2013 PrivateTest")
    pictures, labels = np.zeros((6, 8, 8), np.uint8), np.array([0, 1, 2] * 2)
    np.savez(tmp_path / "a.npz", x_train=pictures, y_train=labels, x_test=pictures[:3], y_test=labels[:3])
    found = load_to_measure(tmp_path / "a.npz", LABELS, (8, 8), 1)
    assert [len(part) for part in (found.train, found.validation, found.test)] == [0, 3, 0]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"images": np.zeros((9, 8, 8), np.float32), "labels": np.arange(9) % 3},
            "images is float32 .* expected uint8",
        ),
        ({"images": np.zeros((9, 8), np.uint8), "labels": np.arange(9) % 3}, "expected uint8"),
        ({"images": np.zeros((9, 8, 8, 4), np.uint8), "labels": np.arange(9) % 3}, "expected uint8"),
        ({"images": np.zeros((9, 8, 8), np.uint8), "labels": np.arange(9)}, "none of cat, Dog, bird"),
        ({"images": np.zeros((9, 8, 8), np.uint8), "labels": np.full(9, "fish")}, "none of cat, Dog, bird"),
        ({"images": np.zeros((9, 8, 8), np.uint8), "labels": np.arange(8) % 3}, "one label for each picture"),
        ({"images": np.zeros((9, 8, 8), np.uint8), "labels": np.eye(9)[:, :3]}, "one label for each picture"),
        ({"pictures": np.zeros((9, 8, 8), np.uint8)}, "needs the arrays images and labels"),
        ({"images": np.zeros((2, 8, 8), np.uint8), "labels": np.array([0, 1])}, "no pictures left to measure on"),
    ],
)
def test_arrays_that_are_not_pictures_with_labels(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=message):
        load_labelled(tmp_path / "a.npz", LABELS, (8, 8), 1)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_an_npz_that_is_none(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npz: not an \.npz that can be read") as caught:
        load_labelled(tmp_path / "a.npz", LABELS, (8, 8), 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("at", [300, 3000])
def test_an_npz_that_is_damaged_inside(tmp_path, at):
    pictures = np.random.default_rng(0).integers(0, 9, (50, 48, 48)).astype(np.uint8)
    np.savez_compressed(tmp_path / "a.npz", images=pictures, labels=np.arange(50) % 3)
    damaged = bytearray((tmp_path / "a.npz").read_bytes())
    damaged[at : at + 200] = b"\xff" * 200
    (tmp_path / "a.npz").write_bytes(damaged)
    with pytest.raises(InputError, match=r"a\.npz: not an \.npz that can be read"):
        load_labelled(tmp_path / "a.npz", LABELS, (8, 8), 1)


def test_a_table_in_fer2013_s_form_is_matched_by_name(tmp_path):
    rows = [
        f"{label},{' '.join([str(30 * (label + 1))] * 2304)},{usage}"
        for usage in ("Training", "PublicTest", "PrivateTest")
        for label in range(7)
    ]
    path = tmp_path / "faces.csv.xz"
    path.write_bytes(lzma.compress("\n".join(["emotion,pixels,Usage", *rows]).encode()))
    order = tuple(sorted(EMOTIONS))
    assert is_labelled(path)
    found = brightness(load_labelled(path, order, (48, 48), 1))
    assert found == {(order.index(label), 30 * (index + 1)) for index, label in enumerate(EMOTIONS)}
    with pytest.raises(InputError, match="its pictures are of neutral, which the model has no label for"):
        load_labelled(path, order[:4] + order[5:], (48, 48), 1)
    assert (4, 210) not in brightness(load_labelled(path, order[:4] + order[5:], (48, 48), 1, ("neutral",)))


@pytest.mark.parametrize("ending", ["bz2", "gz", "zip", "tar", "tgz", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_table_that_is_packed_in_any_way(tmp_path, ending):
    rows = [(label, label, usage) for usage in ("Training", "PublicTest", "PrivateTest") for label in range(7)]
    faces, path = table(tmp_path / "faces.csv", rows), tmp_path / f"faces.csv.{ending}"
    if ending in ("bz2", "gz"):
        path.write_bytes({"bz2": bz2, "gz": gzip}[ending].compress(faces.read_bytes()))
    elif ending == "zip":
        zipped(path, {"faces.csv": faces.read_bytes()})
    else:
        with tarfile.open(path, f"w:{ending.removeprefix('tar').removeprefix('.').replace('tgz', 'gz')}") as packed:
            packed.add(faces, "faces.csv")
    assert is_labelled(path)
    assert len(load_labelled(path, EMOTIONS, (48, 48), 1).train) == 7


def test_votes_are_renumbered_with_the_labels():
    votes = np.array([[0.9, 0.1], [0.2, 0.6]], np.float32)
    part = Examples(np.zeros((2, 8, 8), np.uint8), np.array([0, 1]), votes)
    found = renumbered(Splits(part, part, part), ("a", "b"), ("b", "c", "a"), "here").train
    assert found.labels.tolist() == [2, 0]
    np.testing.assert_array_equal(found.votes, np.array([[0.1, 0, 0.9], [0.6, 0, 0.2]], np.float32))


def test_a_list_of_hashes_is_not_labelled_pictures(tmp_path):
    (tmp_path / "mine.txt").write_text("")
    assert not is_labelled(tmp_path / "mine.txt")
    assert is_labelled(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        load_labelled(tmp_path / "none.npz", LABELS, (8, 8), 1)


def test_a_model_needs_no_label_for_what_its_training_left_out():
    labels = np.array([0, 2])  # nothing of b
    part = Examples(np.zeros((2, 48, 48), np.uint8), labels, np.array([[0.8, 0, 0.2], [0, 0, 1]], np.float32))
    found = renumbered(Splits(part, part, part), ("a", "b", "c"), ("c", "a"), "here", absent=("b",)).train
    assert found.labels.tolist() == [1, 0]
    np.testing.assert_allclose(found.votes, [[0.2, 0.8], [1, 0]])
    with pytest.raises(InputError, match="its pictures are of b"):
        renumbered(Splits(part, part, part), ("a", "b", "c"), ("c", "a"), "here")


def test_pictures_of_labels_that_the_training_left_out_are_not_read(folder, tmp_path):
    kept, without_cats = ("Dog", "bird"), {(0, 120), (1, 180)}
    assert brightness(load_labelled(folder, kept, (9, 7), 1, ("cat",))) == without_cats
    np.savez(tmp_path / "a.npz", images=ten_of_each(), labels=np.repeat(np.array(LABELS), 10))
    assert brightness(load_labelled(tmp_path / "a.npz", kept, (9, 7), 1, ("cat",))) == without_cats
    with pytest.raises(InputError, match="no label cat"):
        load_labelled(folder, kept, (9, 7), 1, ("fish",))
