import hashlib
import json
import lzma
from itertools import islice

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.contract.preprocessing import to_grey, whole
from tests.made_data import SPLITS, classes, lay, noise, pictures, png, table, zipped
from train.datasets.tasks import load
from train.preparation.prepare import Choices, prepare

pytestmark = pytest.mark.train


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

    def test_a_label_without_pictures_has_no_folder_and_may_be_dropped_from_training(self, tmp_path):
        six = tuple(label for label in EMOTIONS if label != "disgust")
        source = lay(tmp_path / "in", {**classes(six), "disgust/readme.txt": b"none yet"})
        report = prepare([source], tmp_path / "out", Choices())
        assert sorted({path.name for path in (tmp_path / "out").glob("*/*/")}) == sorted(six)
        splits = load("emotion", tmp_path / "out", 1, dropped=("disgust",))
        assert len(splits.train) == sum(report["counts"]["train"].values()) == 6 * 8
        with pytest.raises(InputError, match="no class folder for disgust"):
            load("emotion", tmp_path / "out", 1)

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
