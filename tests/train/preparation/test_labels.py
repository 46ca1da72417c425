import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.labels import EMOTIONS
from tests.made_data import classes, lay, pictures, png, table
from train.datasets.labels import SYNONYMS, label_of
from train.datasets.tasks import load
from train.preparation.account import describe
from train.preparation.prepare import Choices, prepare

pytestmark = pytest.mark.train


class TestLabels:
    @pytest.mark.parametrize(("name", "label"), [*SYNONYMS.items(), *zip(EMOTIONS, EMOTIONS, strict=True)])
    def test_emotions_are_human(self, name, label):
        assert label_of("emotion", name, {}) == label
        assert label_of("gate", name, {}) == "human"

    @pytest.mark.parametrize(
        ("name", "label"),
        [
            ("person", "human"),
            ("face", "human"),
            ("contempt", "human"),
            ("cat", "other"),
            ("other", "other"),
            ("", None),
        ],
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

    def test_what_the_gate_takes_as_other_is_named(self, tmp_path):
        source = lay(tmp_path / "in", {**classes(("happy", "contempt", "boredom")), **classes(("cat",), 3, 9000)})
        report = prepare([source], tmp_path / "out", Choices(task="gate", by_hand={"happy": "other"}))
        assert report["others"] == {"happy": 10, "boredom": 10, "cat": 3}
        assert "taken as other: boredom 10, happy 10, cat 3 (--map NAME=human" in describe(report, tmp_path)
        assert sum(part["human"] for part in report["counts"].values()) == 10

    def test_pictures_of_contempt_are_human_in_a_folder_for_each_person_too(self, tmp_path):
        source = lay(tmp_path / "in", {**classes(("cat",)), "contempt/anna/1.png": png(9000)})
        report = prepare([source], tmp_path / "out", Choices(task="gate"))
        assert report["others"] == {"cat": 10}

    def test_no_emotion_is_other(self, tmp_path):
        report = prepare([lay(tmp_path / "in", classes())], tmp_path / "out", Choices())
        assert report["others"] == {}
        assert "taken as other" not in describe(report, tmp_path)

    def test_a_folder_with_known_data_sets_gives_the_gate_other_things_too(self, tmp_path):
        table(
            lay(tmp_path / "data", classes(("others",))) / "fer2013.csv", [(3, 50 + n, "Training") for n in range(10)]
        )
        report = prepare([tmp_path / "data"], tmp_path / "out", Choices(task="gate"))
        assert list(report["counts"]["train"].values()) == [8, 8]
