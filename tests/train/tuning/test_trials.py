import json
import math

import pytest

from edge.contract.errors import InputError, OutputError
from train.tuning.space import SPACE
from train.tuning.trials import Tuning, said

SETTLED = {"recipe": "blocks-5", "epochs": 3}


class Training:
    """Stands for a training: as good as its rate is near 0.001; may be stopped in the middle of one."""

    def __init__(self, stops_at: int | None = None):
        self.stops_at = stops_at
        self.begun: list[tuple[dict, str]] = []

    def __call__(self, values, folder):
        folder.mkdir(exist_ok=True)
        self.begun.append((values, folder.name))
        if len(self.begun) == self.stops_at:
            raise KeyboardInterrupt
        top1 = 0.6 - 0.05 * (math.log10(values["rate"]) + 3) ** 2
        return {"top1": top1, "top3": 0.8, "macro_f1": 0.5, "best_epoch": 2, "parameters": 99}


def ignore(tried) -> None:
    pass


def test_each_trial_has_values_of_the_space_and_a_folder(tmp_path):
    training, seen = Training(), []
    tuning = Tuning(tmp_path / "t", SETTLED, seed=1)
    tuning.run(3, training, lambda tried: seen.append(len(tried)))
    assert seen == [1, 2, 3]
    assert [one.folder for one in tuning.tried()] == ["trial-000", "trial-001", "trial-002"]
    assert [one.values for one in tuning.tried()] == [values for values, _ in training.begun]
    for one in tuning.tried():
        assert one.values.keys() == SPACE.keys()
        assert one.values["filters"] in (16, 32, 64)
        assert 1e-4 <= one.values["rate"] <= 1e-2
        assert one.figures["top1"] <= 0.6
        assert one.seconds >= 0


def test_a_study_that_was_stopped_ends_its_trial_in_its_folder_and_goes_on(tmp_path):
    first = Training(stops_at=2)
    with pytest.raises(KeyboardInterrupt):
        Tuning(tmp_path / "t", SETTLED, seed=1).run(4, first, ignore)
    second = Training()
    again = Tuning(tmp_path / "t", SETTLED, seed=1)
    assert len(again.tried()) == 1
    again.run(4, second, ignore)
    assert second.begun[0] == first.begun[1]  # the same values, in the same folder
    assert len(second.begun) == 3
    folders = [one.folder for one in again.tried()]
    assert len(folders) == len(set(folders)) == 4
    drawn = [json.dumps(one.values) for one in again.tried()]
    assert len(set(drawn)) == 4  # a new process draws on, not the same again


def test_what_is_finished_is_not_done_again(tmp_path):
    Tuning(tmp_path / "t", SETTLED, seed=1).run(2, Training(), ignore)
    training = Training()
    Tuning(tmp_path / "t", SETTLED, seed=1).run(2, training, ignore)
    assert training.begun == []


def test_a_folder_of_another_study_is_refused(tmp_path):
    Tuning(tmp_path / "t", SETTLED, seed=1)
    with pytest.raises(InputError, match="begun with another epochs"):
        Tuning(tmp_path / "t", {**SETTLED, "epochs": 4}, seed=1)


def test_a_place_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be made"):
        Tuning(tmp_path / "file/t", SETTLED, seed=1)


def test_what_matters_is_found(tmp_path):
    tuning = Tuning(tmp_path / "t", SETTLED, seed=1)
    assert tuning.importances() == {}
    tuning.run(25, Training(), ignore)
    found = tuning.importances()
    assert next(iter(found)) == "rate"
    assert found["rate"] > 2 * list(found.values())[1]
    assert tuning.importances() == found
    assert sum(found.values()) == pytest.approx(1)


def test_values_for_people():
    assert (
        said({"filters": 32, "rate": 0.00123456, "activation": "relu"}) == "filters 32, rate 0.00123, activation relu"
    )
