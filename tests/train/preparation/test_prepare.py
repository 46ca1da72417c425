import contextlib
import hashlib
import json
import lzma
import os
import pty
import signal
import subprocess
import sys
import threading
import time
import zipfile
from functools import partial
from itertools import chain, islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.errors import InputError, OutputError
from edge.contract.labels import EMOTIONS
from edge.contract.preprocessing import to_grey, whole
from train.__main__ import main
from train.datasets.collection import Account, Collection
from train.datasets.examples import Examples
from train.datasets.labels import SYNONYMS, label_of
from train.datasets.repeats import find_repeats
from train.datasets.tasks import load
from train.preparation.account import describe
from train.preparation.prepare import Choices, divided, prepare

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[3]
SPLITS = ("train", "validation", "test")


@pytest.fixture
def drawn() -> None:
    """For tests that look at the overviews; the others do without, which take most of the time of a small data set."""


@pytest.fixture(autouse=True)
def undrawn(request, monkeypatch) -> None:
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("train.preparation.prepare._draw", lambda *_: None)


def noise(seed: int, shape: tuple[int, ...] = (48, 48)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def png(seed: int, shape: tuple[int, ...] = (48, 48)) -> bytes:
    return cv2.imencode(".png", noise(seed, shape))[1].tobytes()


def lay(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def table(path: Path, rows: list[tuple[object, int, str]]) -> Path:
    """FER2013's form: label, seed of the picture, usage."""
    lines = [f"{label},{' '.join(map(str, noise(seed).ravel()))},{usage}" for label, seed, usage in rows]
    path.write_text("\n".join(["emotion,pixels,Usage", *lines]) + "\n")
    return path


def classes(names: tuple[str, ...] = EMOTIONS, each: int = 10, start: int = 0) -> dict[str, bytes]:
    """Pictures that are all different."""
    return {f"{name}/{n}.png": png(start + 1000 * index + n) for index, name in enumerate(names) for n in range(each)}


def pictures(folder: Path) -> dict[str, bytes]:
    """What was made: path of each class picture to its pixels."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob("*/*/*.png")}
    return {name: cv2.imread(str(path), cv2.IMREAD_UNCHANGED).tobytes() for name, path in found.items()}


def seeds(folder: Path, label: str, highest: int = 100) -> dict[str, list[int]]:
    """Which pictures (by the seed they were made of) each split has of a label."""
    known = {noise(seed).tobytes(): seed for seed in range(highest)}
    return {
        split: sorted(known[data] for name, data in pictures(folder).items() if name.startswith(f"{split}/{label}/"))
        for split in SPLITS
    }


class TestWhatIsMade:
    def test_folders_zips_and_tables_are_merged_into_what_training_reads(self, tmp_path):
        sources = [
            lay(tmp_path / "mine", classes()),
            zipped(tmp_path / "theirs.zip", classes(("Anger", "disgusted", "SCARED", "joy"), start=20000)),
            table(tmp_path / "fer.csv", [(n % 7, 40000 + n, "Training") for n in range(70)]),
        ]
        report = prepare(sources, tmp_path / "out", Choices())
        splits = load("emotion", tmp_path / "out", 1)
        parts = dict(zip(SPLITS, (splits.train, splits.validation, splits.test), strict=True))
        assert sum(map(len, parts.values())) == 70 + 40 + 70
        for name, part in parts.items():
            counts = np.bincount(part.labels, minlength=7).tolist()
            assert list(report["counts"][name].values()) == counts
        assert [len(part) for part in parts.values()] == [144, 18, 18]  # by label 30, 30, 30, 30, 20, 20, 20

    def test_names_are_two_letters_and_a_number_unique_over_the_splits(self, tmp_path):
        prepare([lay(tmp_path / "in", classes())], tmp_path / "out", Choices())
        for label in EMOTIONS:
            files = sorted((tmp_path / "out").glob(f"*/{label}/*"))
            assert {path.name for path in files} == {f"{label[:2]}_{n}.png" for n in range(10)}
            assert len(files) == 10

    def test_pictures_are_as_the_edge_sees_them(self, tmp_path):
        colour, tall = noise(1, (60, 60, 3)), noise(2, (90, 30))
        files = {f"happy/{n}.png": cv2.imencode(".png", image)[1].tobytes() for n, image in enumerate((colour, tall))}
        report = prepare([lay(tmp_path / "in", files)], tmp_path / "out", Choices())
        expected = {whole(to_grey(image), (48, 48)).tobytes() for image in (colour, tall)}
        assert set(pictures(tmp_path / "out").values()) == expected
        assert report["sources"][0]["sizes"] == {"60x60": 1, "30x90": 1}
        assert cv2.imread(str(next((tmp_path / "out").glob("*/happy/*"))), cv2.IMREAD_UNCHANGED).shape == (48, 48)

    def test_the_same_twice(self, tmp_path):
        source = lay(tmp_path / "in", classes())
        for out in ("a", "b"):
            prepare([source], tmp_path / out, Choices(seed=3))
        prepare([source], tmp_path / "c", Choices(seed=4))
        assert pictures(tmp_path / "a") == pictures(tmp_path / "b") != pictures(tmp_path / "c")

    def test_the_account(self, tmp_path):
        archive = zipped(tmp_path / "in.zip", classes())
        report = prepare([archive], tmp_path / "out", Choices(seed=7))
        written = json.loads((tmp_path / "out/prepare.json").read_text())
        assert written == json.loads(json.dumps(report))
        assert written["seed"] == 7
        assert written["sources"][0]["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()
        assert written["sources"][0]["pictures"] == written["sources"][0]["kept"] == 70
        assert written["command"].startswith("python -m train")

    def test_the_overviews_show_something(self, tmp_path, drawn):
        prepare([lay(tmp_path / "in", {f"happy/{n}.png": png(n) for n in range(40)})], tmp_path / "out", Choices())
        counts, samples = (cv2.imread(str(tmp_path / f"out/{name}.png"), 0) for name in ("counts", "samples"))
        assert min(counts.shape) > 400
        assert len(np.unique(counts)) > 20
        inked = (samples < 250).mean(axis=1)  # of each line: 28 samples fill two rows in the label's block, no other
        filled = np.flatnonzero(inked > 0.8)
        assert 2 * 90 < len(filled) < 2 * 110
        assert len(np.flatnonzero(np.diff(filled) > 1)) == 1

    def test_it_can_be_prepared_again(self, tmp_path, drawn):
        first = prepare([lay(tmp_path / "in", classes())], tmp_path / "a", Choices())
        again = prepare([tmp_path / "a"], tmp_path / "b", Choices(seed=5))
        assert again["counts"] == first["counts"]
        assert set(pictures(tmp_path / "a").values()) == set(pictures(tmp_path / "b").values())
        assert again["unmapped"] == {"": 2}  # its overviews


class TestLabels:
    @pytest.mark.parametrize(("name", "label"), [*SYNONYMS.items(), *zip(EMOTIONS, EMOTIONS, strict=True)])
    def test_emotions_are_human(self, name, label):
        assert label_of("emotion", name, {}) == label
        assert label_of("gate", name, {}) == "human"

    @pytest.mark.parametrize(
        ("name", "label"), [("person", "human"), ("face", "human"), ("cat", "other"), ("other", "other"), ("", None)]
    )
    def test_of_the_gate(self, name, label):
        assert label_of("gate", name, {}) == label
        assert label_of("emotion", name, {}) is None

    def test_other_classes_are_named_and_left_out(self, tmp_path):
        source = lay(tmp_path / "in", {**classes(), **classes(("contempt",), 3, 9000), "stray.png": png(1)})
        report = prepare([source], tmp_path / "out", Choices())
        assert report["unmapped"] == {"contempt": 3, "": 1}
        assert len(pictures(tmp_path / "out")) == 70
        assert "no label for: contempt 3, (in no class folder) 1; left out" in describe(report, tmp_path)

    def test_mapped_by_hand(self, tmp_path):
        files = {**classes(("happy", "Contempt", "joy"), 3)}
        table(tmp_path / "ck.csv", [(7, 50, "Training")])
        by_hand = {"contempt": "disgust", "joy": "surprise", "7": "fear"}
        report = prepare([lay(tmp_path / "in", files), tmp_path / "ck.csv"], tmp_path / "out", Choices(by_hand=by_hand))
        totals = {label: sum(part[label] for part in report["counts"].values()) for label in EMOTIONS}
        assert {label: n for label, n in totals.items() if n} == {"happy": 3, "disgust": 3, "surprise": 3, "fear": 1}

    def test_a_folder_that_is_itself_a_class(self, tmp_path):
        report = prepare([lay(tmp_path / "Happy", {f"{n}.png": png(n) for n in range(10)})], tmp_path / "o", Choices())
        assert {name: part["happy"] for name, part in report["counts"].items()} == {
            "train": 8,
            "validation": 1,
            "test": 1,
        }

    def test_a_folder_for_each_person(self, tmp_path):
        source = lay(tmp_path / "in", {f"sad/anna{n}/train/x.png": png(n) for n in range(10)})
        assert prepare([source], tmp_path / "out", Choices())["sources"][0]["kept"] == 10

    def test_for_the_gate(self, tmp_path):
        lay(tmp_path / "in", classes(("cat", "Person", "happy", "other")))
        report = prepare([tmp_path / "in"], tmp_path / "out", Choices(task="gate"))
        assert {name: list(part.values()) for name, part in report["counts"].items()} == {
            "train": [16, 16],
            "validation": [2, 2],
            "test": [2, 2],
        }
        splits = load("gate", tmp_path / "out", 1)
        assert [len(part) for part in (splits.train, splits.validation, splits.test)] == [32, 4, 4]
        assert {path.name[:3] for path in (tmp_path / "out/train").rglob("*.png")} == {"hu_", "ot_"}

    def test_a_folder_with_known_data_sets_gives_the_gate_other_things_too(self, tmp_path):
        table(
            lay(tmp_path / "data", classes(("others",))) / "fer2013.csv", [(3, 50 + n, "Training") for n in range(10)]
        )
        report = prepare([tmp_path / "data"], tmp_path / "out", Choices(task="gate"))
        assert list(report["counts"]["train"].values()) == [8, 8]


class TestRepeats:
    def test_copies_within_and_across_sources_are_kept_once(self, tmp_path):
        one = lay(tmp_path / "one", {"happy/a.png": png(1), "happy/b.png": png(1), "happy/c.png": png(2)})
        other = zipped(tmp_path / "two.zip", {"joy/x.png": png(2), "joy/y.png": png(3)})
        report = prepare([one, other], tmp_path / "out", Choices())
        assert sorted(chain(*seeds(tmp_path / "out", "happy").values())) == [1, 2, 3]
        assert report["copies_dropped"] == [
            {"kept": str(one), "dropped": str(one), "pictures": 1, "in_another_split": 0},
            {"kept": str(one), "dropped": str(other), "pictures": 1, "in_another_split": 0},
        ]
        assert report["duplicates"] == [
            [f"{one}: happy/a.png", f"{one}: happy/b.png"],
            [f"{one}: happy/c.png", f"{other}: joy/x.png"],
        ]
        assert [source["kept"] for source in report["sources"]] == [2, 1]
        assert f"duplicates: 1 of {other} are in {one} already; left out" in describe(report, tmp_path)

    def test_a_copy_in_another_form_is_one(self, tmp_path):
        image = noise(1)
        files = {"sad/a.png": png(1), "sad/b.bmp": cv2.imencode(".bmp", cv2.merge([image] * 3))[1].tobytes()}
        assert len(prepare([lay(tmp_path / "in", files)], tmp_path / "out", Choices())["duplicates"]) == 1

    @pytest.fixture
    def contradicting(self, tmp_path) -> list[Path]:
        one = lay(tmp_path / "one", {"happy/a.png": png(1), "happy/b.png": png(1), "happy/c.png": png(2)})
        return [one, zipped(tmp_path / "two.zip", {"sad/x.png": png(1), "sad/y.png": png(3)})]

    def test_contradictions_are_named_and_left_out(self, tmp_path, contradicting):
        report = prepare(contradicting, tmp_path / "out", Choices())
        assert seeds(tmp_path / "out", "happy")["train"] == [2]
        assert seeds(tmp_path / "out", "sad")["train"] == [3]
        one, two = contradicting
        assert report["contradictions"] == [
            {f"{one}: happy/a.png": "happy", f"{one}: happy/b.png": "happy", f"{two}: sad/x.png": "sad"}
        ]
        assert report["copies_dropped"] == report["duplicates"] == []
        assert "1 pictures with several labels (3 copies); all left out" in describe(report, tmp_path)

    def test_contradictions_may_be_kept_as_the_first_says(self, tmp_path, contradicting):
        prepare(contradicting, tmp_path / "out", Choices(keep_contradictions=True))
        assert seeds(tmp_path / "out", "happy")["train"] == [1, 2]
        assert seeds(tmp_path / "out", "sad")["train"] == [3]

    def test_synonyms_do_not_contradict(self, tmp_path):
        report = prepare(
            [lay(tmp_path / "in", {"joy/a.png": png(1), "happiness/b.png": png(1)})], tmp_path / "o", Choices()
        )
        assert report["contradictions"] == []

    def test_nothing_but_contradictions(self, tmp_path):
        source = lay(tmp_path / "in", {"happy/a.png": png(1), "sad/b.png": png(1)})
        with pytest.raises(InputError, match="every picture is there with several labels"):
            prepare([source], tmp_path / "out", Choices())

    def test_a_copy_in_another_split_is_counted(self, tmp_path):
        source = table(tmp_path / "a.csv", [(3, 1, "Training"), (3, 1, "PrivateTest"), (3, 2, "PrivateTest")])
        report = prepare([source], tmp_path / "out", Choices())
        assert report["copies_dropped"][0]["in_another_split"] == 1
        assert seeds(tmp_path / "out", "happy") == {"train": [1], "validation": [], "test": [2]}


class TestDivision:
    def test_a_source_that_divides_itself_is_followed(self, tmp_path):
        usages = ("Training", "PublicTest", "PrivateTest")
        source = table(tmp_path / "a.csv", [(3, n, usages[n % 3]) for n in range(30)])
        prepare([source], tmp_path / "out", Choices())
        assert seeds(tmp_path / "out", "happy") == {split: list(range(n, 30, 3)) for n, split in enumerate(SPLITS)}

    def test_what_it_does_not_divide_is_drawn(self, tmp_path):
        """As the folders that Kaggle has of FER2013: train and test, no validation."""
        files = {f"{split}/happy/{n}.png": png(n) for n in range(40) for split in [("test", "train")[n >= 10]]}
        prepare([lay(tmp_path / "in", files)], tmp_path / "out", Choices(validation=0.2))
        found = seeds(tmp_path / "out", "happy")
        assert found["test"] == list(range(10))
        assert len(found["validation"]) == 6
        assert len(found["train"]) == 24

    def test_nothing_to_train_on(self, tmp_path):
        source = lay(tmp_path / "test", {f"happy/{n}.png": png(n) for n in range(10)})
        with pytest.raises(InputError, match="test: nothing is for training; --resplit divides anew"):
            prepare([source], tmp_path / "out", Choices())
        prepare([source], tmp_path / "out", Choices(resplit=True))
        assert [len(found) for found in seeds(tmp_path / "out", "happy").values()] == [8, 1, 1]

    def test_train_and_test_given_one_by_one_are_one_source(self, tmp_path):
        for name, numbers in (("train", range(10, 40)), ("test", range(10))):
            lay(tmp_path / "in" / name, {f"happy/{n}.png": png(n) for n in numbers})
        prepare([tmp_path / "in/train", tmp_path / "in/test"], tmp_path / "out", Choices(validation=0))
        assert seeds(tmp_path / "out", "happy") == {
            "train": list(range(10, 40)),
            "validation": [],
            "test": list(range(10)),
        }

    def test_a_source_that_divides_leaves_the_others_to_be_drawn_from(self, tmp_path):
        fixed = {
            f"{split}/happy/{n}.png": png(n) for n, split in enumerate(["train"] * 20 + ["val"] * 2 + ["test"] * 2)
        }
        loose = {f"happy/{n}.png": png(n) for n in range(30, 50)}
        prepare([lay(tmp_path / "a", fixed), lay(tmp_path / "b", loose)], tmp_path / "out", Choices())
        found = seeds(tmp_path / "out", "happy")
        assert set(found["train"]) > set(range(20))
        for split, own in (("validation", {20, 21}), ("test", {22, 23})):
            assert own < set(found[split])
            assert len(set(found[split]) & set(range(30, 50))) == 2

    def test_many_small_sources_are_divided_together(self, tmp_path):
        sources = [lay(tmp_path / f"person{n}", {"happy/a.png": png(n)}) for n in range(20)]
        prepare(sources, tmp_path / "out", Choices())
        assert {split: len(found) for split, found in seeds(tmp_path / "out", "happy").items()} == {
            "train": 16,
            "validation": 2,
            "test": 2,
        }

    def test_resplit(self, tmp_path):
        source = table(tmp_path / "a.csv", [(3, n, "PrivateTest" if n else "Training") for n in range(40)])
        report = prepare([source], tmp_path / "out", Choices(resplit=True, validation=0.25, test=0.5))
        assert [part["happy"] for part in report["counts"].values()] == [10, 10, 20]

    @given(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=60),
        st.booleans(),
    )
    def test_no_picture_is_ever_in_two_splits_and_none_is_lost(self, rows, resplit):
        seed, labels, parts, origins = np.array(rows, np.int64).reshape(-1, 4).T
        pixels = np.repeat(seed.astype(np.uint8), 4).reshape(-1, 2, 2)
        accounts = [Account(Path(name), Path(whole)) for name, whole in (("a", "x"), ("b", "x"), ("c", "y"))]
        found = Collection(Examples(pixels, labels), parts, origins, [""] * len(rows), accounts)
        kept = found.take(find_repeats(found.examples).kept)
        splits = divided(kept, Choices(resplit=resplit))
        values = [part.pixels[:, 0, 0].tolist() for part in (splits.train, splits.validation, splits.test)]
        alike = [value for value in set(seed.tolist()) if len(set(labels[seed == value].tolist())) == 1]
        assert sorted(chain(*values)) == sorted(alike)
        truth = dict(zip(seed.tolist(), labels.tolist(), strict=True))
        for part in (splits.train, splits.validation, splits.test):
            assert [truth[value] for value in part.pixels[:, 0, 0].tolist()] == part.labels.tolist()


class TestBadInput:
    def refused(self, capsys, *arguments) -> tuple[int, str]:
        code = main(["prepare", *map(str, arguments)])
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("train: ")
        assert said.err.count("\n") == 1
        return code, said.err

    def test_unreadable_pictures_are_named_and_left_out(self, tmp_path, caplog):
        bad = {"happy/cut.png": png(1)[:60], "sad/empty.jpg": b"", "contempt/bad.png": b""}
        source = lay(tmp_path / "in", {**classes(), **bad})
        report = prepare([source], tmp_path / "out", Choices())
        assert report["unreadable"] == [
            f"{source}: happy/cut.png: not a picture that can be read",
            f"{source}: sad/empty.jpg: not a picture that can be read",
        ]
        assert report["sources"][0]["unreadable"] == 2
        assert sum(source["kept"] for source in report["sources"]) == 70
        assert f"left out: {source}: happy/cut.png" in caplog.text

    def test_only_some_of_many_are_named_on_the_terminal(self, tmp_path, caplog):
        source = lay(tmp_path / "in", {"happy/1.png": png(1), **{f"sad/{n}.png": b"" for n in range(30)}})
        report = prepare([source], tmp_path / "out", Choices())
        assert len(report["unreadable"]) == 30
        assert caplog.text.count("not a picture") == 10
        assert "20 more" in caplog.text

    def test_bad_rows_are_named_and_left_out(self, tmp_path):
        source = table(tmp_path / "a.csv", [(3, 1, "Training"), (3, 2, "Training")])
        with source.open("a") as file:
            file.write("3,1 2 3,Training\n3,x y,Training\n")
        assert prepare([source], tmp_path / "out", Choices())["unreadable"] == [
            f"{source}, line 4: 3 pixels, expected 2304",
            f"{source}, line 5: pixels are not whole numbers with spaces between them",
        ]

    def test_a_missing_label_is_warned_of(self, tmp_path, caplog):
        prepare([lay(tmp_path / "in", classes(EMOTIONS[:5]))], tmp_path / "out", Choices())
        assert "no pictures of surprise, neutral" in caplog.text

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({}, "no pictures inside (.bmp"),
            ({"happy/notes.txt": b"x"}, "no pictures inside (.bmp"),
            ({"contempt/1.png": png(1), "2.png": png(2)}, "found '(no class folder), contempt'; --map NAME=LABEL"),
            ({"happy/1.png": b"", "sad/2.png": b"no"}, "none of 2 pictures can be read; "),
        ],
    )
    @pytest.mark.parametrize("kind", ["folder", "zip"])
    def test_nothing_to_take(self, capsys, tmp_path, files, said, kind):
        (tmp_path / "in").mkdir()
        source = lay(tmp_path / "in", files) if kind == "folder" else zipped(tmp_path / "in.zip", files)
        code, line = self.refused(capsys, source, "--out", tmp_path / "out")
        assert code == 64
        assert said in line
        assert str(source) in line
        assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("gone", None, "gone: no such file or folder"),
            ("a.zip", b"PK no", r"a.zip: cannot be read as a .zip"),
            ("a.csv", b"name,age\n", "a.csv: no column emotion, pixels, Usage"),
            ("a.csv", b"emotion,pixels,Usage\n", "a.csv: no rows"),
            ("a.csv", b"emotion,pixels,Usage\n3,1\n", "a.csv, line 2: 2 columns, expected 3"),
            (
                "a.csv",
                b"emotion,pixels,Usage\n3,1,Later\n",
                "a.csv, line 2: usage 'Later' is none of Training, PublicTest",
            ),
            ("a.csv.xz", b"no", "a.csv.xz: cannot be read"),
            ("photo.jpg", cv2.imencode(".jpg", noise(1))[1].tobytes(), "photo.jpg: "),
        ],
    )
    def test_a_source_that_is_none(self, capsys, tmp_path, name, content, said):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        good = lay(tmp_path / "good", classes(each=1))
        code, line = self.refused(capsys, good, tmp_path / name, "--out", tmp_path / "out")
        assert code == 64
        assert said in line
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--map", "happy=joyful"], "--map to joyful: the labels of this task are angry"),
            (["--map", "contept=disgust"], "--map contept: no source has a class of that name; they have 'angry"),
            (["--task", "gate", "--map", "cat=sad"], "the labels of this task are other, human"),
            (["--validation", "0.6", "--test", "0.4"], "shares that leave nothing to train on"),
            (["--validation", "-1"], "shares that leave nothing to train on"),
            (["--test", "nan"], "shares that leave nothing to train on"),
            (["--seed", "-1"], "--seed -1: it must not be negative"),
        ],
    )
    def test_choices_that_make_no_sense(self, capsys, tmp_path, options, said):
        code, line = self.refused(capsys, lay(tmp_path / "in", classes(each=1)), "--out", tmp_path / "out", *options)
        assert code == 64
        assert said in line

    @pytest.mark.parametrize(
        "arguments", [[], ["a"], ["a", "--out", "b", "--map", "x"], ["a", "--out", "b", "--map", "=y"]]
    )
    def test_wrong_usage(self, capsys, arguments):
        with pytest.raises(SystemExit) as ended:
            main(["prepare", *arguments])
        assert ended.value.code == 2
        assert "usage: python -m train prepare" in capsys.readouterr().err


class TestOut:
    def test_nothing_is_overwritten(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        for taken in (lay(tmp_path / "full", {"mine.txt": b"keep"}), source / "happy/0.png"):
            before = taken.stat()
            with pytest.raises(OutputError, match="give a new folder"):
                prepare([source], taken, Choices())
            assert taken.stat() == before
        assert (tmp_path / "full/mine.txt").read_bytes() == b"keep"
        assert OutputError.exit_code == 74

    def test_an_empty_folder_is_taken_and_parents_are_made(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        (tmp_path / "empty").mkdir()
        for out in (tmp_path / "empty", tmp_path / "a/b/c", source / "inside"):
            prepare([source], out, Choices())
            assert (out / "prepare.json").exists()
            assert [path for path in out.parent.iterdir() if path.name.startswith(".")] == []

    def test_others_may_read_it(self, tmp_path):
        prepare([lay(tmp_path / "in", classes(each=1))], tmp_path / "out", Choices())
        (tmp_path / "plain").mkdir()
        assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_a_full_disk_leaves_nothing(self, tmp_path, monkeypatch):
        write = Path.write_bytes

        def full(path: Path, data: bytes) -> int:
            if path.name == "sa_5.png":
                raise OSError(28, "No space left on device")
            return write(path, data)

        source = lay(tmp_path / "in", classes())
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match="out: cannot be written \\(No space left on device\\)"):
            prepare([source], tmp_path / "out", Choices())
        assert [path.name for path in tmp_path.iterdir()] == ["in"]

    def test_a_parent_that_is_a_file(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        with pytest.raises(OutputError, match="cannot be written"):
            prepare([source], source / "happy/0.png/out", Choices())


def command(*arguments) -> list[str]:
    return [sys.executable, "-m", "train", "prepare", *map(str, arguments)]


def test_as_a_process(tmp_path):
    source = lay(
        tmp_path / "in", {**classes(), "contempt/1.png": png(1), "happy/bad.png": b"", "sad/again.png": png(4000)}
    )
    done = subprocess.run(command(source, "--out", tmp_path / "out"), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"left out: {source}: happy/bad.png: not a picture that can be read\n"
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["train", "validation", "test", "all"]
    assert lines[1] == ["angry", "8", "1", "1", "10"]
    assert lines[8] == ["all", "56", "7", "7", "70"]
    assert f"{source}: 71 pictures (71 of 48x48), 70 kept" in done.stdout
    assert f"duplicates: 1 of {source} are in itself already; left out" in done.stdout
    assert done.stdout.endswith(f"prepared: {tmp_path / 'out'}\n")


def test_help_loads_nothing_heavy():
    code = "import sys; from train.__main__ import main\ntry: main(['prepare', '--help'])\n"
    code += "finally: assert not {'tensorflow', 'keras', 'matplotlib', 'rich', 'cv2'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--map NAME=LABEL" in done.stdout


def drain(terminal: int) -> None:
    """Reads until the other side is closed, which Linux reports as an error."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 4096):
            pass


def test_a_terminal_sees_how_far_it_is_and_ctrl_c_leaves_nothing(tmp_path):
    faces = table(tmp_path / "a.csv", [(3, 1, "Training")])
    header, row = faces.read_text().splitlines()
    faces.write_text("\n".join([header, *[row] * 20000]))  # seconds of reading
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(faces, "--out", tmp_path / "out"),
        cwd=ROOT,
        stderr=theirs,
        stdout=subprocess.PIPE,
        start_new_session=True,
        # A shell starts its background jobs, and so all that they start, deaf to Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)
    seen = b""
    deadline = time.monotonic() + 60
    while b"a.csv" not in seen and time.monotonic() < deadline:
        seen += os.read(ours, 4096)
    assert b"a.csv" in seen
    # A terminal goes on reading; one that does not would block the program as soon as its buffer is full.
    reading = threading.Thread(target=drain, args=(ours,), daemon=True)
    reading.start()
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    reading.join(timeout=60)
    os.close(ours)
    assert running.returncode == 130
    assert said == b""
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_beginning_of_fer2013_itself(tmp_path, real_data):
    with lzma.open(real_data / "fer2013.csv.xz", "rt") as rows:
        (tmp_path / "a.csv").write_text("".join(islice(rows, 1001)))
    report = prepare([tmp_path / "a.csv"], tmp_path / "out", Choices())
    assert report["sources"][0]["pictures"] == 1000
    assert report["sources"][0]["sizes"] == {"48x48": 1000}
    assert 0 < len(report["duplicates"]) < 20
    made = pictures(tmp_path / "out")
    assert len(made) == len(set(made.values())) == report["sources"][0]["kept"]
    splits = load("emotion", tmp_path / "out", 1)
    assert [len(part) / len(made) for part in (splits.validation, splits.test)] == pytest.approx([0.1, 0.1], abs=0.01)
