import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS, GATE
from train.datasets.tasks import LABELS, SIZE, TEXTURES, Sources, load, locate

KAGGLE = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")


def png(value: int) -> bytes:
    return cv2.imencode(".png", np.full((48, 48), value, np.uint8))[1].tobytes()


def write(path: Path, data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def fer2013(path: Path, rows: int = 12) -> Path:
    usages = ["Training", "Training", "PublicTest", "PrivateTest"]
    faces = np.random.default_rng(1).integers(0, 256, (rows, 2304))
    lines = [f"{n % 7},{' '.join(map(str, face))},{usages[n % 4]}" for n, face in enumerate(faces)]
    return write(path, "\n".join(["emotion,pixels,Usage", *lines]).encode())


def emotion_folders(folder: Path, names: tuple[str, ...], count: int = 10) -> Path:
    for index, name in enumerate(names):
        for number in range(count):
            write(folder / name / f"{number}.png", png(10 * index + number % 10))
    return folder


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


class TestLocate:
    def test_a_folder_with_everything(self, tmp_path):
        names = {
            "faces": "fer2013.csv.xz",
            "votes": "ferplus_labels.csv",
            "others": "natural_images_30px.zip",
            "scenes": "bsds500_train_val.zip",
            "windows": "bsds500_haar_windows.csv",
        }
        for name in names.values():
            write(tmp_path / name)
        assert locate(tmp_path) == Sources(**{key: tmp_path / name for key, name in names.items()})

    @pytest.mark.parametrize(
        "name", ["fer2013.csv", "fer2013.csv.gz", "fer2013.zip", "fer2013.tar.gz", "icml_face_data.csv"]
    )
    def test_faces_by_any_of_their_names(self, tmp_path, name):
        found = locate(write(tmp_path / name).parent)
        assert found.faces == tmp_path / name
        assert found.folders is None

    def test_the_official_names_of_votes(self, tmp_path):
        write(tmp_path / "fer2013.csv")
        assert locate(write(tmp_path / "fer2013new.csv").parent).votes == tmp_path / "fer2013new.csv"

    def test_a_folder_of_classes(self, tmp_path):
        write(tmp_path / "happy/1.png")
        assert locate(tmp_path).folders == tmp_path

    @pytest.mark.parametrize("name", ["faces.csv", "fer2013.csv.xz", "fer2013.tar.gz", "anything"])
    def test_a_single_file_is_a_table(self, tmp_path, name):
        assert locate(write(tmp_path / name)) == Sources(faces=tmp_path / name)

    def test_a_zip_is_what_is_in_it(self, tmp_path):
        for name, inside, expected in (("a.zip", "x/fer2013.csv", "faces"), ("b.ZIP", "x/happy/1.png", "folders")):
            with zipfile.ZipFile(tmp_path / name, "w") as archive:
                archive.writestr("__MACOSX/._x.csv", "")
                archive.writestr(inside, "")
            assert locate(tmp_path / name) == Sources(**{expected: tmp_path / name})

    def test_what_is_no_zip_or_not_there(self, tmp_path):
        with pytest.raises(InputError, match=r"a\.zip: cannot be read as a \.zip"):
            locate(write(tmp_path / "a.zip", b"no"))
        with pytest.raises(InputError, match="no such file or folder"):
            locate(tmp_path / "gone")


class TestEmotion:
    def test_from_the_table(self, tmp_path):
        splits = load("emotion", fer2013(tmp_path / "fer2013.csv").parent, 1)
        assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [6, 3, 3]
        assert splits.train.votes is None

    @pytest.mark.parametrize("names", [EMOTIONS, KAGGLE])
    @pytest.mark.parametrize("kind", ["folder", "zip"])
    def test_from_class_folders(self, tmp_path, names, kind):
        data = emotion_folders(tmp_path / "set", names)
        splits = load("emotion", zipped(data, tmp_path / "set.zip") if kind == "zip" else data, 1)
        assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [56, 7, 7]
        for part in (splits.train, splits.validation, splits.test):
            for pixels, label in zip(part.pixels, part.labels, strict=True):
                name = names[int(pixels[0, 0]) // 10]
                assert EMOTIONS[label][:3] == name[:3]  # the synonyms begin alike

    def test_from_the_folders_that_kaggle_has_of_fer2013(self, tmp_path):
        emotion_folders(tmp_path / "set/train", KAGGLE)
        emotion_folders(tmp_path / "set/test", KAGGLE, count=2)
        splits = load("emotion", tmp_path / "set", 1)
        assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [63, 7, 14]

    def test_other_emotions_are_left_out(self, tmp_path):
        splits = load("emotion", emotion_folders(tmp_path, (*EMOTIONS, "contempt")), 1)
        assert sum(len(part) for part in (splits.train, splits.validation, splits.test)) == 70

    def test_a_missing_class_is_named(self, tmp_path):
        with pytest.raises(InputError, match="no class folder for disgust, neutral"):
            load("emotion", emotion_folders(tmp_path, ("angry", "fear", "happy", "sad", "surprise")), 1)

    def test_a_class_that_is_dropped_need_not_be_there(self, tmp_path):
        six = emotion_folders(tmp_path, tuple(label for label in EMOTIONS if label != "disgust"))
        splits = load("emotion", six, 1, dropped=("disgust",))
        assert sorted(set(splits.train.labels.tolist())) == [0, 2, 3, 4, 5, 6]
        with pytest.raises(InputError, match="no class folder for disgust"):
            load("emotion", six, 1, dropped=("sad",))

    def test_an_empty_class_is_named(self, tmp_path):
        emotion_folders(tmp_path, EMOTIONS)
        shutil.rmtree(tmp_path / "sad")
        (tmp_path / "sad").mkdir()
        with pytest.raises(InputError, match="no pictures in the class folder sad"):
            load("emotion", tmp_path, 1)

    def test_an_empty_class_that_is_dropped_does_no_harm(self, tmp_path):
        six = emotion_folders(tmp_path / "set", tuple(label for label in EMOTIONS if label != "sad"))
        expected = load("emotion", six, 1, dropped=("sad",))
        (six / "Sadness").mkdir()
        found = load("emotion", six, 1, dropped=("sad",))
        assert found.train.digest == expected.train.digest
        with pytest.raises(InputError, match="no pictures in the class folder sadness"):
            load("emotion", six, 1, dropped=("fear",))

    def test_pictures_of_a_dropped_class_change_no_division(self, tmp_path):
        data = emotion_folders(tmp_path, EMOTIONS)
        assert load("emotion", data, 1, dropped=("sad",)).test.digest == load("emotion", data, 1).test.digest

    def test_too_few_to_divide(self, tmp_path):
        with pytest.raises(InputError, match="no pictures for the split validation; each class needs at least three"):
            load("emotion", emotion_folders(tmp_path, EMOTIONS, count=2), 1)


class TestGate:
    @pytest.fixture
    def full(self, tmp_path) -> Path:
        """FER2013, natural images with people among them, scenes and their windows."""
        fer2013(tmp_path / "fer2013.csv")
        for index, kind in enumerate(("airplane", "cat", "person")):
            for number in range(10):
                write(tmp_path / "natural_images" / kind / f"{number}.png", png(100 * index + number))
        scene = cv2.imencode(".jpg", np.full((100, 120), 55, np.uint8))[1].tobytes()
        with zipfile.ZipFile(tmp_path / "bsds500.zip", "w") as archive:
            archive.writestr("set/train/a.jpg", scene)
        write(tmp_path / "bsds500_windows.csv", b"split,image,x,y,width,height,label\ntrain,a.jpg,0,0,30,30,other\n")
        return tmp_path

    def test_from_everything(self, full):
        splits = load("gate", full, 1)
        humans = [
            int((part.labels == GATE.index("human")).sum()) for part in (splits.train, splits.validation, splits.test)
        ]
        others = [
            int((part.labels == GATE.index("other")).sum()) for part in (splits.train, splits.validation, splits.test)
        ]
        assert humans == [6, 3, 3]
        things = 2 * 7 * 3  # listed three times where they are trained on
        assert others == [things + 1 + 8 + 25 + TEXTURES, 2 * 1, 2 * 2], "textures are trained on, and not measured on"
        assert "at 30 px" in splits.names[2]

    def test_things_that_are_there_twice_are_not_measured_on_where_they_are_trained_on(self, full):
        """As in Kaggle's archive, where the folder lies in another of the same name."""
        shutil.copytree(full / "natural_images", full / "natural_images" / "data" / "natural_images")
        splits = load("gate", full, 1)
        parts = [part.pixels[part.labels == 0][:, 0, 0] for part in (splits.train, splits.validation, splits.test)]
        train, validation, test = set(parts[0][: 3 * 2 * 14]), set(parts[1]), set(parts[2])
        assert train.isdisjoint(validation | test)
        assert validation.isdisjoint(test)
        assert len(train) == 2 * 7
        assert (len(validation), len(test)) == (2 * 1, 2 * 2)

    def test_people_among_the_others_are_left_out(self, full):
        splits = load("gate", full, 1)
        train = splits.train.pixels[splits.train.labels == 0][:-TEXTURES]
        for others in (train, splits.validation.pixels[splits.validation.labels == 0]):
            assert others.max() < 200
        assert splits.test.pixels[splits.test.labels == 0].max() < 200

    def test_faces_are_as_coarse_as_the_others_where_it_is_measured(self, full):
        """Otherwise a gate that only knows sharpness would measure well."""
        splits, faces = load("gate", full, 1), load("emotion", full, 1)

        def detail(pixels: np.ndarray) -> float:
            return float(np.abs(np.diff(pixels.astype(float), axis=2)).mean())

        measured = splits.test.pixels[splits.test.labels == 1]
        assert detail(measured) < 0.6 * detail(faces.test.pixels)
        trained = splits.train.pixels[splits.train.labels == 1]
        np.testing.assert_array_equal(trained, faces.train.pixels)  # there augmentation makes them coarse

    def test_scenes_are_not_needed(self, full):
        (full / "bsds500_windows.csv").unlink()
        assert int((load("gate", full, 1).train.labels == 0).sum()) == 3 * 14 + TEXTURES

    def test_others_may_be_a_plain_folder_of_pictures(self, full):
        shutil.rmtree(full / "natural_images")
        for number in range(10):
            write(full / "others" / f"{number}.png", png(number))
        assert int((load("gate", full, 1).test.labels == 0).sum()) == 2

    def test_without_others(self, full):
        shutil.rmtree(full / "natural_images")
        with pytest.raises(InputError, match=r"the gate needs pictures of other things: natural_images\*\.zip"):
            load("gate", full, 1)

    def test_with_people_alone(self, full):
        for kind in ("airplane", "cat"):
            shutil.rmtree(full / "natural_images" / kind)
        with pytest.raises(InputError, match="no pictures of other things than people"):
            load("gate", full, 1)

    def test_from_folders(self, class_folder):
        splits = load("gate", class_folder, 1)
        assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [64, 8, 8]
        assert [int(part.labels.sum()) for part in (splits.train, splits.validation, splits.test)] == [32, 4, 4]

    def test_a_folder_for_each_person(self, tmp_path):
        for number in range(6):
            write(tmp_path / "human" / f"person{number}" / "1.png", png(200 + number))
            write(tmp_path / "cats" / f"{number}.png", png(20 + number))
        splits = load("gate", tmp_path, 1)
        for part in (splits.train, splits.validation, splits.test):
            assert (part.pixels[:, 0, 0] // 100 * 100 == np.where(part.labels == 1, 200, 0)).all()

    @pytest.mark.parametrize("names", [("human",), ("cat", "dog"), ()])
    def test_one_side_alone(self, tmp_path, names):
        for name in names:
            write(tmp_path / name / "1.png", png(1))
        with pytest.raises(InputError, match="needs a folder human and at least one other"):
            load("gate", tmp_path, 1)

    def test_the_seed_decides(self, class_folder):
        first, again, other = (load("gate", class_folder, seed).test.digest for seed in (1, 1, 2))
        assert first == again != other


def test_every_task_has_its_labels_and_size():
    assert {"emotion": EMOTIONS, "gate": GATE} == LABELS
    assert SIZE == (48, 48)
