import csv

import numpy as np
import pytest

from edge.contract.errors import InputError
from train.baselines import search
from train.baselines.search import Grid, Material
from train.baselines.settings import knn_grid, svm_grid


@pytest.fixture(scope="module")
def material() -> Material:
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], 40)
    rows = (rng.normal(size=(80, 4)) + labels[:, None]).astype(np.float32)
    return Material(rows[::2], labels[::2], rows[1::2], labels[1::2], ("a", "b"))


def test_the_best_of_all_is_found_and_has_learned(material, tmp_path):
    settings = knn_grid((1, 3, 9), (1.0, 2.0), (30,))
    grid = Grid(settings, tmp_path / "grid.csv")
    best, estimator = grid.search(material)
    assert len(grid.tried) == 6
    assert best.top1 == max(one.top1 for one in grid.tried)
    found = estimator.probabilities(material.chosen_on, best.setting).argmax(axis=1)
    assert (found == material.truth).mean() == best.top1
    with (tmp_path / "grid.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["neighbours"] for row in rows] == ["1", "3", "9"] * 2
    assert float(rows[0]["top1"]) == pytest.approx(grid.tried[0].top1, abs=1e-6)


def test_a_shared_search_is_in_the_seconds_of_each(material, tmp_path, monkeypatch):
    """A clock that goes on by a second whenever it is asked, and by 60 for a search."""
    now = [0.0]

    def tick() -> float:
        now[0] += 1
        return now[0]

    real = search.learn

    def learn(*arguments, **more):
        now[0] += 60
        return real(*arguments, **more)

    monkeypatch.setattr(search.time, "perf_counter", tick)
    monkeypatch.setattr(search, "learn", learn)
    grid = Grid(knn_grid((1, 3, 9), (1.0, 2.0), (30,)), tmp_path / "grid.csv")
    grid.search(material)
    assert [one.seconds for one in grid.tried] == [62] * 6


def test_a_search_that_was_stopped_goes_on(material, tmp_path, monkeypatch):
    settings = svm_grid(("linear", "rbf"), (3,), (0.1, 1.0))
    real, learned = search.learn, []

    def learn(rows, labels, classes, setting, **more):
        learned.append(str(setting))
        if len(learned) == 3:
            raise KeyboardInterrupt
        return real(rows, labels, classes, setting, **more)

    monkeypatch.setattr(search, "learn", learn)
    with pytest.raises(KeyboardInterrupt):
        Grid(settings, tmp_path / "grid.csv").search(material)
    grid = Grid(settings, tmp_path / "grid.csv")
    assert [str(one.setting) for one in grid.tried] == learned[:2]
    best, estimator = grid.search(material)
    assert learned[3:5] == ["kernel rbf, C 0.1", "kernel rbf, C 1"]
    whole, _ = Grid(settings, tmp_path / "whole.csv").search(material)
    assert best.setting.key == whole.setting.key
    assert (estimator.probabilities(material.chosen_on, best.setting).argmax(axis=1) == material.truth).mean() == (
        pytest.approx(best.top1, abs=1e-6)
    )


def test_another_grid_is_not_gone_on_with(material, tmp_path):
    Grid(knn_grid((1,), (2.0,), (30,)), tmp_path / "grid.csv").search(material)
    with pytest.raises(InputError, match="not of this grid"):
        Grid(knn_grid((3,), (2.0,), (30,)), tmp_path / "grid.csv")
