import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.records import Box
from train.datasets.scenes import (
    Fold,
    Window,
    load_scenes,
    load_windows,
    windows_with_faces,
    windows_without_faces,
)

LIST = """split,image,x,y,width,height,label
train,a.jpg,5,6,30,31,face
val,b.jpg,1,2,40,40,other
train,a.jpg,60,50,28,28,other
train,c.jpg,0,0,28,28,unsure
"""


def archive(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "scenes.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def jpeg(value: int, height: int = 80, width: int = 100) -> bytes:
    return cv2.imencode(".jpg", np.full((height, width, 3), value, np.uint8))[1].tobytes()


class TestWindows:
    def test_one_split_is_read(self, tmp_path):
        (tmp_path / "w.csv").write_text(LIST)
        assert load_windows(tmp_path / "w.csv", "train") == [
            Window("a.jpg", Box(5, 6, 30, 31), "face"),
            Window("a.jpg", Box(60, 50, 28, 28), "other"),
            Window("c.jpg", Box(0, 0, 28, 28), "unsure"),
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "a,b\n1,2\n",
            LIST.replace("5,6,30", "5,six,30"),
            LIST.replace("height", "tall"),
            LIST.replace(",28,28,other", ""),
            "\udcff\udcfe",
        ],
    )
    def test_another_file(self, tmp_path, text):
        (tmp_path / "w.csv").write_bytes(text.encode(errors="surrogateescape"))
        with pytest.raises(InputError, match=r"w\.csv: not a list of windows"):
            load_windows(tmp_path / "w.csv", "train")

    def test_missing(self, tmp_path):
        with pytest.raises(InputError, match="not a list of windows"):
            load_windows(tmp_path / "gone.csv", "train")


class TestScenes:
    def test_one_split_is_read_and_litter_is_not(self, tmp_path):
        files = {
            "set/train/b.jpg": jpeg(20),
            "set/train/a.jpg": jpeg(10),
            "set/val/c.jpg": jpeg(30),
            "__MACOSX/train/._a.jpg": b"\0",
            "set/train/notes.txt": b"",
        }
        scenes = load_scenes(archive(tmp_path, files), "train")
        assert list(scenes) == ["a.jpg", "b.jpg"]
        assert [int(scene[0, 0]) for scene in scenes.values()] == [10, 20]
        assert scenes["a.jpg"].shape == (80, 100)

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"set/val/a.jpg": jpeg(1)}, r"scenes\.zip: no train/\*\.jpg inside"),
            ({"set/train/a.jpg": b"no"}, r"scenes\.zip: set/train/a\.jpg: not a picture"),
        ],
    )
    def test_a_bad_archive(self, tmp_path, files, said):
        with pytest.raises(InputError, match=said):
            load_scenes(archive(tmp_path, files), "train")

    def test_no_archive(self, tmp_path):
        (tmp_path / "scenes.zip").write_bytes(b"no")
        with pytest.raises(InputError, match=r"scenes\.zip: cannot be read as a \.zip"):
            load_scenes(tmp_path / "scenes.zip", "train")


class TestWindowsWithoutFaces:
    def scene(self) -> np.ndarray:
        """200 where the face is, less than 100 elsewhere."""
        scene = (np.arange(120 * 160).reshape(120, 160) % 100).astype(np.uint8)
        scene[40:80, 60:100] = 200
        return scene

    def windows(self, label: str) -> list[Window]:
        return [Window("a", Box(60, 40, 40, 40), label), Window("a", Box(0, 0, 48, 48), "other")]

    @pytest.mark.parametrize("label", ["face", "unsure"])
    def test_none_touches_a_face_or_what_may_be_one(self, label):
        rng = np.random.default_rng(1)
        crops = windows_without_faces({"a": self.scene()}, self.windows(label), (48, 48), 200, rng)
        assert crops.dtype == np.uint8
        assert crops.shape[1:] == (48, 48)
        assert 20 < len(crops) < 201
        assert crops.max() < 100
        np.testing.assert_array_equal(crops[0], self.scene()[:48, :48])  # what the detector got wrong comes first

    def test_only_the_scenes_own_faces_are_avoided(self):
        rng = np.random.default_rng(1)
        scenes = {"a": self.scene(), "b": self.scene()}
        crops = windows_without_faces(scenes, self.windows("face"), (48, 48), 100, rng)
        assert crops.max() == 200

    def test_the_seed_decides(self):
        one, again = (
            windows_without_faces({"a": self.scene()}, [], (48, 48), 20, np.random.default_rng(3)) for _ in range(2)
        )
        np.testing.assert_array_equal(one, again)

    def test_a_scene_smaller_than_any_window_is_taken_whole(self):
        scene = np.full((20, 25), 7, np.uint8)
        assert (windows_without_faces({"a": scene}, [], (48, 48), 3, np.random.default_rng(3)) == 7).all()

    def test_a_window_of_an_unknown_scene_is_named(self):
        with pytest.raises(InputError, match=r"windows of a scene that is not there: z\.jpg"):
            windows_without_faces(
                {"a": self.scene()}, [Window("z.jpg", Box(0, 0, 9, 9), "face")], (48, 48), 1, np.random.default_rng(3)
            )


class TestLaxWindows:
    """A drawing on which the cascade, asked to be strict, finds nothing, and many windows when lax."""

    def scene(self) -> np.ndarray:
        rng = np.random.default_rng(5)
        return cv2.GaussianBlur(rng.integers(0, 256, (240, 320), np.uint8), (0, 0), 4) * 4

    def test_they_are_taken_beside_the_random_ones(self):
        scene = self.scene()
        crops = windows_without_faces({"a": scene}, [], (48, 48), 30, np.random.default_rng(1))
        assert 30 < len(crops) <= 60

    def test_not_from_a_scene_with_people(self):
        windows = [Window("a", Box(0, 0, 28, 28), "unsure")]
        crops = windows_without_faces({"a": self.scene()}, windows, (48, 48), 30, np.random.default_rng(1))
        assert len(crops) <= 30


class TestWindowsWithFaces:
    def test_each_and_its_shaken_copies(self):
        scene = np.zeros((100, 100), np.uint8)
        scene[30:70, 30:70] = 200
        windows = [Window("a", Box(30, 30, 40, 40), "face"), Window("a", Box(0, 0, 20, 20), "other")]
        crops = windows_with_faces({"a": scene}, windows, (48, 48), 12, np.random.default_rng(1))
        assert crops.shape == (13, 48, 48)
        assert crops.dtype == np.uint8
        assert (crops[0] == 200).all()
        assert len({crop.tobytes() for crop in crops}) > 6
        assert crops.mean() > 140  # none has gone astray

    def test_no_faces(self):
        crops = windows_with_faces({"a": np.zeros((9, 9), np.uint8)}, [], (48, 48), 3, np.random.default_rng(1))
        assert crops.shape == (0, 48, 48)


class TestFold:
    def test_each_scene_is_in_one(self):
        names = [f"{number}.jpg" for number in range(500)]
        folds = [Fold(number, 5) for number in range(5)]
        assert all(sum(name in fold for fold in folds) == 1 for name in names)
        assert all(70 < sum(name in fold for name in names) < 130 for fold in folds)


def test_both_splits_of_scenes_and_windows(tmp_path):
    files = {"set/train/a.jpg": jpeg(10), "set/val/b.jpg": jpeg(20), "set/test/c.jpg": jpeg(30)}
    assert list(load_scenes(archive(tmp_path, files), "")) == ["a.jpg", "b.jpg"]
    (tmp_path / "w.csv").write_text(LIST)
    assert len(load_windows(tmp_path / "w.csv", "")) == 4


def test_the_real_scenes(real_data):
    windows = load_windows(real_data / "bsds500_haar_windows.csv", "train")
    scenes = load_scenes(real_data / "bsds500_train_val.zip", "train")
    assert len(scenes) == 200
    assert {window.label for window in windows} == {"face", "other", "unsure"}
    crops = windows_without_faces(scenes, windows, (48, 48), 2, np.random.default_rng(1))
    assert len(crops) > sum(window.label == "other" for window in windows)
