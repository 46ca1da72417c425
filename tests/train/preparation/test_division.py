from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.errors import InputError
from tests.made_data import SPLITS, lay, png, seeds, table
from train.datasets.collection import Account, Collection
from train.datasets.examples import Examples
from train.datasets.repeats import find_repeats
from train.preparation.prepare import Choices, divided, prepare

pytestmark = pytest.mark.train


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
