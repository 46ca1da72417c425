"""The pipeline that the settings make: faces of a slow camera, or a folder, are followed as a fast one's are."""

from itertools import islice

import cv2
import numpy as np
import pytest

from edge.capture.demo import open_demo
from edge.capture.folder import open_folder
from edge.contract.records import Frame
from edge.service.configuration import Configuration
from edge.service.parts import pipeline_of


@pytest.fixture(scope="module")
def film() -> list[np.ndarray]:
    """The demo clip's face; at one moment it is not to be seen."""
    with open_demo() as clip:
        pictures = [frame.grey for frame in islice(clip, 20, 28)]
    pictures[5] = np.zeros_like(pictures[5])
    return pictures


@pytest.mark.parametrize("fps", [0.1, 0.8, 0.9, 1.0, 1.9])
def test_a_face_is_followed_however_few_frames_come(film, fps):
    pipeline = pipeline_of(Configuration())
    analyses = [pipeline.analyze(Frame(index, index / fps, index / fps, grey)) for index, grey in enumerate(film)]
    assert [[seen.track for seen in analysis.observations] for analysis in analyses] == [
        [], [], [1], [1], [1], [], [1], [1],
    ]  # fmt: skip
    (episode,) = pipeline.finish()
    assert episode.frames == len(film) - 1
    assert not any(analysis.episodes for analysis in analyses)


def test_a_face_in_two_of_every_three_pictures_of_a_folder_is_reported(film, tmp_path):
    for index in range(9):
        picture = film[0] if index % 3 else np.zeros_like(film[0])
        cv2.imwrite(str(tmp_path / f"{index}.png"), picture)
    pipeline = pipeline_of(Configuration())
    with open_folder(tmp_path) as folder:
        analyses = [pipeline.analyze(frame) for frame in folder]
    assert [len(analysis.observations) for analysis in analyses] == [0, 0, 0, 0, 1, 1, 0, 1, 1]
    (episode,) = pipeline.finish()
    assert episode.frames == 6
