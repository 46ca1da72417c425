import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.records import Box, Face, Scores
from train.after_detection import Share, cells, empty_scenes, look, shares
from train.datasets.staged import Conditions, Staged

LABELS = ("sad", "happy")


def staged(side: int = 100, tilt: float = 0.0) -> Staged:
    how = Conditions(side=side, tilt=tilt, blur=0.2, noise=2.0, gain=1.0)
    return Staged(np.zeros((480, 640), np.uint8), Box(50, 60, side, side), how)


def face(box: Box, emotion: str | None) -> Face:
    values = {"sad": (0.9, 0.1), "happy": (0.2, 0.8)}
    return Face(box, 0.9 if emotion else 0.1, Scores(LABELS, values[emotion]) if emotion else None)


def seen(faces: list[Face], label: int = 1, plain: bool = True):
    """What becomes of one happy face (label 1) when the pipeline returns these."""
    (sighting,) = look(iter([staged()]), lambda frame: faces, LABELS, np.array([label]), np.array([plain]))
    return sighting


ON_IT = Box(55, 62, 92, 92)
BESIDE = Box(300, 300, 90, 90)


@pytest.mark.parametrize(
    ("faces", "expected"),
    [
        ([], (False, False, False, 0, 0)),
        ([face(ON_IT, "happy")], (True, True, True, 0, 0)),
        ([face(ON_IT, "sad")], (True, True, False, 0, 0)),
        ([face(ON_IT, None)], (True, False, False, 0, 0)),
        ([face(BESIDE, "happy")], (False, False, False, 1, 1)),
        ([face(BESIDE, None), face(ON_IT, "happy")], (True, True, True, 1, 0)),
        ([face(Box(110, 120, 100, 100), "happy")], (False, False, False, 1, 1)),  # overlaps by a tenth
    ],
)
def test_what_becomes_of_a_face(faces, expected):
    found = seen(faces)
    assert (found.detected, found.passed, found.right, found.others, found.others_passed) == expected


def test_shares_of_all_and_by_condition():
    frames = [staged(70, -12), staged(100, 2), staged(100, 3), staged(190, 12)]
    answers = iter([[], [face(Box(50, 60, 100, 100), "happy")], [face(Box(50, 60, 100, 100), "sad")], []])
    sightings = look(iter(frames), lambda _: next(answers), LABELS, np.array([1] * 4), np.array([True] * 4))
    found = {one.group: one for one in shares(sightings)}
    assert found["all"] == Share("all", 4, detected=0.5, passed=1.0, right=0.5, plain=1.0, others=0, others_passed=0)
    assert found["side 80 to 120 px"].detected == 1
    assert found["side 60 to 80 px"].detected == 0
    assert found["tilt 10 to 15 degrees"].faces == 2  # to either side
    assert found["tilt 10 to 15 degrees"].right == 0
    assert "side 120 to 160 px" not in found  # there were none
    assert cells(found["all"]) == ["all", "4", "50.0%", "100.0%", "50.0%", "100.0%", "-50.0"]


def test_every_group_counts_each_face_once():
    rng = np.random.default_rng(1)
    frames = [staged(int(rng.integers(60, 201)), float(rng.uniform(-15, 15))) for _ in range(200)] + [staged(200, 15)]
    sightings = look(iter(frames), lambda _: [], LABELS, np.zeros(201, int), np.zeros(201, bool))
    counted: dict[str, int] = {}
    for one in shares(sightings)[1:]:
        name = one.group.split()[0]
        counted[name] = counted.get(name, 0) + one.faces
    assert counted == {"side": 201, "tilt": 201, "blur": 201, "noise": 201, "light": 201}


def test_data_without_scenes(tmp_path):
    (tmp_path / "fer2013.csv").touch()
    with pytest.raises(InputError, match=r"bsds500\*.zip"):
        empty_scenes(tmp_path)
