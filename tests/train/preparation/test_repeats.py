from itertools import chain
from pathlib import Path

import cv2
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.errors import InputError
from tests.made_data import lay, noise, png, seeds, table, zipped
from train.preparation.account import describe
from train.preparation.prepare import Choices, prepare

pytestmark = pytest.mark.train


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
