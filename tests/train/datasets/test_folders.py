import itertools
import os
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.errors import InputError
from train.datasets.folders import class_folders, load_divided, load_folders

CLASSES = {"cat": 0, "dog": 1}


def content(value: int, side: int = 48, suffix: str = ".png") -> bytes:
    return cv2.imencode(suffix, np.full((side, side), value, np.uint8))[1].tobytes()


def laid_out(files: dict[str, bytes], folder: Path, kind: str) -> Path:
    """The same files as a folder or as a .zip; a name that ends with a slash is an empty folder."""
    if kind == "zip":
        path = folder / "set.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path
    root = folder / "set"
    root.mkdir()
    for name, data in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return root


@pytest.fixture(params=["folder", "zip"])
def lay(request, tmp_path):
    return lambda files: laid_out(files, tmp_path, request.param)


PETS = {
    "cat/1.png": content(10),
    "cat/2.jpg": content(20, suffix=".jpg"),
    "dog/1.PNG": content(30, 96),
    "dog/x/deep.bmp": content(40, suffix=".bmp"),
}


def values(examples) -> list[int]:
    return examples.pixels[:, 24, 24].tolist()


class TestLoad:
    def test_pictures_come_in_the_order_of_their_names(self, lay):
        examples = load_folders(lay(PETS), CLASSES, (48, 48))
        assert examples.pixels.shape == (4, 48, 48)
        assert examples.pixels.dtype == np.uint8
        assert values(examples) == [10, 20, 30, 40]
        assert examples.labels.tolist() == [0, 0, 1, 1]
        assert examples.votes is None

    def test_a_folder_and_its_zip_are_the_same(self, tmp_path):
        files = {**PETS, "cat-tail/a.png": content(1), "Cat/b.png": content(2)}
        one, other = (load_folders(laid_out(files, tmp_path, kind), CLASSES, (32, 32)) for kind in ("folder", "zip"))
        assert one.digest == other.digest

    def test_classes_lie_at_any_depth_and_in_any_case(self, lay):
        path = lay({"a/b/CAT/1.png": content(1), "a/Dog/1.png": content(2), "a/bird/1.png": content(3)})
        examples = load_folders(path, CLASSES, (48, 48))
        assert dict(zip(values(examples), examples.labels.tolist(), strict=True)) == {1: 0, 2: 1}

    def test_the_innermost_class_counts(self, lay):
        path = lay({"cat/dog/1.png": content(1), "dog/cat/1.png": content(2)})
        assert load_folders(path, CLASSES, (48, 48)).labels.tolist() == [1, 0]

    def test_two_names_may_mean_one_label(self, lay):
        assert load_folders(lay(PETS), {"cat": 5, "dog": 5}, (48, 48)).labels.tolist() == [5] * 4

    def test_litter_is_left_alone(self, lay):
        junk = {
            "__MACOSX/cat/._1.png": b"\0\5\x16\7",
            "cat/._1.png": b"\0\5\x16\7",
            "cat/Thumbs.db": b"\xd0\xcf\x11\xe0",
            "cat/.DS_Store": b"Bud1",
            "dog/.ipynb_checkpoints/1-checkpoint.png": content(9),
            "dog/notes.txt": b"",
        }
        assert values(load_folders(lay({**PETS, **junk}), CLASSES, (48, 48))) == [10, 20, 30, 40]

    @pytest.mark.parametrize("data", [b"", b"no picture", content(1)[:40]])
    def test_a_broken_picture_is_named(self, lay, data):
        path = lay({**PETS, "dog/bad.png": data})
        with pytest.raises(InputError, match=r"dog/bad\.png: not a picture that can be read"):
            load_folders(path, CLASSES, (48, 48))

    def test_a_broken_picture_of_another_class_does_no_harm(self, lay):
        assert len(load_folders(lay({**PETS, "bird/bad.png": b""}), CLASSES, (48, 48))) == 4

    def test_a_class_without_pictures_is_named(self, lay):
        path = lay({**PETS, "bird/": b"", "fish/readme.txt": b""})
        with pytest.raises(InputError, match="no pictures in the class folder bird, fish"):
            load_folders(path, {**CLASSES, "bird": 2, "fish": 3}, (48, 48))

    def test_no_class_at_all(self, lay):
        with pytest.raises(InputError, match="no pictures"):
            load_folders(lay(PETS), {}, (48, 48))

    def test_nothing_there(self, tmp_path):
        with pytest.raises(InputError, match=r"gone: cannot be read as a folder or \.zip"):
            load_folders(tmp_path / "gone", CLASSES, (48, 48))

    def test_no_zip(self, tmp_path):
        (tmp_path / "set.zip").write_bytes(b"PK but no zip")
        with pytest.raises(InputError, match=r"set\.zip: cannot be read as a folder or \.zip"):
            load_folders(tmp_path / "set.zip", CLASSES, (48, 48))

    def test_a_damaged_zip_names_the_picture(self, tmp_path):
        path = laid_out(PETS, tmp_path, "zip")
        with zipfile.ZipFile(path) as archive:
            start = archive.getinfo("dog/1.PNG").header_offset + 30 + len("dog/1.PNG")
        data = bytearray(path.read_bytes())
        data[start : start + 8] = b"\xff" * 8
        path.write_bytes(data)
        with pytest.raises(InputError, match=r"set\.zip: dog/1\.PNG: cannot be read"):
            load_folders(path, CLASSES, (48, 48))

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_picture_that_may_not_be_read(self, tmp_path):
        path = laid_out(PETS, tmp_path, "folder")
        (path / "cat/1.png").chmod(0)
        with pytest.raises(InputError, match=r"cat/1\.png: cannot be read"):
            load_folders(path, CLASSES, (48, 48))

    def test_a_link_to_nowhere_is_named(self, tmp_path):
        path = laid_out(PETS, tmp_path, "folder")
        (path / "cat/lost.png").symlink_to(tmp_path / "nowhere.png")
        with pytest.raises(InputError, match=r"cat/lost\.png: cannot be read"):
            load_folders(path, CLASSES, (48, 48))


DIVIDED = {
    f"{part}/{kind}/{number}.png": content(base + 20 * number)
    for part, base in (("train", 0), ("test", 1))
    for kind in CLASSES
    for number in range(12)
}


class TestDivided:
    def test_the_test_folder_is_the_test_split(self, lay):
        splits = load_divided(lay(DIVIDED), CLASSES, (48, 48), seed=1)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [22, 2, 24]
        assert {value % 20 for value in values(splits.test)} == {1}
        assert {value % 20 for value in values(splits.train) + values(splits.validation)} == {0}
        assert sorted(splits.validation.labels) == [0, 1]

    def test_all_three_may_be_given(self, lay):
        files = {**DIVIDED, "Validation/cat/v.png": content(2), "Validation/dog/v.png": content(2)}
        splits = load_divided(lay(files), CLASSES, (48, 48), seed=1)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [24, 2, 24]
        assert values(splits.validation) == [2, 2]

    def test_none_given_draws_a_tenth_for_each(self, lay):
        files = {name.removeprefix("train/"): data for name, data in DIVIDED.items() if name.startswith("train")}
        splits = load_divided(lay(files), CLASSES, (48, 48), seed=1)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [20, 2, 2]

    @pytest.mark.parametrize("split", ["", "train/"])
    def test_what_is_drawn_is_not_left_in_training_under_another_name(self, lay, split):
        files = {name.removeprefix("train/"): data for name, data in DIVIDED.items() if name.startswith("train")}
        twice = {f"{split}{folder}/{name}": data for folder in ("a", "b") for name, data in files.items()}
        given = {name: data for name, data in DIVIDED.items() if split and name.startswith("test")}
        splits = load_divided(lay({**twice, **given}), CLASSES, (48, 48), seed=1)
        parts = [set(values(part)) for part in (splits.train, splits.validation, splits.test)]
        assert all(one.isdisjoint(other) for one, other in itertools.combinations(parts, 2))
        assert all(parts)

    def test_a_class_may_be_called_test(self, lay):
        files = {f"test/{number}.png": content(number) for number in range(10)}
        splits = load_divided(lay(files), {"test": 0}, (48, 48), seed=1)
        assert [len(splits.train), len(splits.validation), len(splits.test)] == [8, 1, 1]


class TestClassFolders:
    def test_folders_with_pictures_and_empty_ones(self, lay):
        assert class_folders(lay({**PETS, "Bird/": b"", "fish/readme.txt": b""})) == ["bird", "cat", "dog", "fish", "x"]

    def test_what_is_in_a_known_folder_belongs_to_it(self, lay):
        files = {"Human/alice/1.png": b"", "human/bob/1.png": b"", "other/1.png": b""}
        assert class_folders(lay(files), ("human",)) == ["human", "other"]

    def test_parts_and_litter_are_no_classes(self, lay):
        files = {"train/cat/1.png": b"", "test/dog/1.png": b"", "test/dog/.ipynb_checkpoints/1.png": b"", "val/": b""}
        assert class_folders(lay(files)) == ["cat", "dog"]

    def test_a_stray_picture_is_no_class(self, lay):
        assert class_folders(lay({**PETS, "overview.png": b""})) == ["cat", "dog", "x"]

    def test_pictures_alone_are_one_class_with_the_name_of_the_whole(self, lay):
        path = lay({"1.png": content(1), "2.png": content(2)})
        assert class_folders(path) == ["set"]
        assert len(load_folders(path, {"set": 0}, (48, 48))) == 2

    def test_the_whole_may_have_the_name_of_a_class(self, lay):
        path = lay({"set/1.png": content(1), "other/1.png": content(2), "stray.png": content(3)})
        assert class_folders(path) == ["other", "set"]
        assert values(load_folders(path, {"set": 0, "other": 1}, (48, 48))) == [2, 1]

    def test_nothing_in_it(self, lay):
        assert class_folders(lay({"readme.txt": b""})) == ["set"]
