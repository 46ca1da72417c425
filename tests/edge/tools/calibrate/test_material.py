"""Folders and recordings: what counts as which expression, and how time goes in them."""

import cv2
import numpy as np
import pytest

from edge.capture.settings import CaptureSettings
from edge.contract.errors import InputError
from edge.tools.calibrate.eye import Take, samples_of
from edge.tools.calibrate.material import label_of, look_at, takes_from
from edge.tools.calibrate.samples import GAP

LABELS = ("angry", "happy", "neutral")


class Looker:
    """Sees a face in every picture, and keeps its grey level as embedding."""

    def look(self, grey: np.ndarray, time: float, take: Take) -> None:
        take.frames += 1
        take.times.append(time)
        take.embeddings.append(np.array([grey.mean()], np.float32))
        take.logits.append(np.zeros(3, np.float32))


def picture(path, level: int) -> None:
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), np.full((40, 40), level, np.uint8))


def film(path, seconds: int, fps: int = 25) -> None:
    path.parent.mkdir(exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, (64, 48))
    for _ in range(seconds * fps):
        writer.write(np.full((48, 64, 3), 90, np.uint8))
    writer.release()


def take(folder) -> list[Take]:
    return takes_from(folder, LABELS, Looker(), CaptureSettings())


def test_folders_and_recordings_are_named_as_expressions_usually_are(tmp_path, caplog):
    picture(tmp_path / "Happiness" / "2.png", 20)
    picture(tmp_path / "Happiness" / "1.png", 10)
    picture(tmp_path / "notes" / "1.png", 10)
    picture(tmp_path / "fear" / "1.png", 10)
    film(tmp_path / "neutral.avi", 2)
    (tmp_path / ".hidden").mkdir()
    happy, neutral = take(tmp_path)
    assert (happy.label, neutral.label) == (1, 2)
    assert [value.item() for value in happy.embeddings] == [10, 20], "in the order of their names"
    assert caplog.text.count("named like no expression") == 2, "this model knows no fear"


def test_pictures_lie_a_second_apart_and_frames_a_fifth(tmp_path):
    for number in range(3):
        picture(tmp_path / "happy" / f"{number}.png", number)
    film(tmp_path / "happy" / "more.avi", 3)
    (happy,) = take(tmp_path)
    pictures, frames = happy.times[:3], happy.times[3:]
    np.testing.assert_allclose(np.diff(pictures), 1)
    assert 14 <= len(frames) <= 16
    assert np.diff(frames).min() > 0.15
    assert frames[0] - pictures[-1] > GAP, "two files are no neighbours"


def test_labels_with_unlike_numbers_of_faces_are_no_neighbours(tmp_path):
    for name, many in (("happy", 9), ("angry", 6)):
        for number in range(many):
            picture(tmp_path / name / f"{number}.png", number)
    samples = samples_of(take(tmp_path))
    for part in range(3):
        assert len(samples.without(part)) == 10, "all of the other parts"


def test_its_time_is_divided_later(tmp_path):
    for number in range(6):
        picture(tmp_path / "happy" / f"{number}.png", number)
    (happy,) = take(tmp_path)
    assert happy.part is None
    assert samples_of([happy]).parts.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_recording_alone(tmp_path):
    film(tmp_path / "me.avi", 1)
    assert look_at([tmp_path / "me.avi"], 2, Looker(), CaptureSettings()).frames == 5


def test_nothing_that_is_named_so(tmp_path):
    picture(tmp_path / "cats" / "1.png", 1)
    with pytest.raises(InputError, match=r"nothing in it is named like an expression \(angry, happy, neutral\)"):
        take(tmp_path)


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match="cannot be read as a folder"):
        take(tmp_path / "missing")


@pytest.mark.parametrize(("name", "label"), [("ANGER", "angry"), ("neutral", "neutral"), ("sad", None), ("", None)])
def test_names(name, label):
    assert label_of(name, LABELS) == label
