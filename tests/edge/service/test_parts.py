"""What the settings make of the pipeline: a slow camera's faces are followed as a fast one's are."""

from itertools import islice

import numpy as np
import pytest

from edge.capture.demo import open_demo
from edge.contract.records import Frame
from edge.service.configuration import Camera, Configuration, Vision
from edge.service.parts import patience_of, pipeline_of


def settings(fps: float, patience: float = 1.0) -> Configuration:
    return Configuration(camera=Camera(max_fps=fps), vision=Vision(patience=patience))


@pytest.fixture(scope="module")
def film() -> list[np.ndarray]:
    """The demo clip's face; at one moment it is not to be seen."""
    with open_demo() as clip:
        pictures = [frame.grey for frame in islice(clip, 20, 28)]
    pictures[5] = np.zeros_like(pictures[5])
    return pictures


@pytest.mark.parametrize("fps", [0.1, 0.8, 1.0, 1.9])
def test_a_face_is_followed_at_any_frame_rate(film, fps):
    pipeline = pipeline_of(settings(fps))
    analyses = [pipeline.analyze(Frame(index, index / fps, index / fps, grey)) for index, grey in enumerate(film)]
    assert [[seen.track for seen in analysis.observations] for analysis in analyses] == [
        [], [], [1], [1], [1], [], [1], [1],
    ]  # fmt: skip
    (episode,) = pipeline.finish()
    assert episode.frames == len(film) - 1
    assert not any(analysis.episodes for analysis in analyses)


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0, 120.0])
@pytest.mark.parametrize("patience", [0.1, 1.0, 60.0])
def test_from_two_frames_a_second_on_the_patience_is_as_it_is_set(fps, patience):
    assert patience_of(settings(fps, patience)) == patience


def test_a_patience_that_is_long_enough_stays():
    assert patience_of(settings(0.5, 20.0)) == 20.0
    assert patience_of(settings(0.5, 0.1)) == 6.0
