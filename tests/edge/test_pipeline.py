"""The pipeline on drawn faces: the real cascade, tracker and smoothing; models that decide by brightness."""

from functools import partial

import numpy as np
import pytest

from edge.contract.labels import UNCERTAIN
from edge.contract.records import Analysis, Box, Episode, Frame, ModelInfo
from edge.pipeline import Pipeline
from edge.vision.detector import HaarDetector
from edge.vision.emotion import Emotion
from edge.vision.gate import Gate
from edge.vision.search import Search
from edge.vision.smoothing import Smoother
from edge.vision.timing import Stopwatch
from edge.vision.tracker import Tracker
from tests.standins import ByBrightness, draw_face

FPS = 10
BRIGHT, DIM, DARK = 1.0, 0.55, 0.25  # happy; sad; not let through by the gate


def scene(*faces: tuple[int, int, int, float], shape: tuple[int, int] = (480, 640)) -> np.ndarray:
    """A picture with faces, each x, y, side and light."""
    picture = np.full(shape, 110, np.uint8)
    for x, y, side, light in faces:
        picture[y : y + side, x : x + side] = draw_face(side, light)
    return picture


@pytest.fixture
def readings():
    return ByBrightness("emotion", ("sad", "happy"), 0.6, even=112, slope=8)


@pytest.fixture
def pipeline(readings):
    gate = Gate(ByBrightness("gate", ("other", "human"), 0.5, even=60, slope=8))
    emotion = Emotion(readings)
    return Pipeline(Search(HaarDetector()), gate, emotion, Tracker(), partial(Smoother, emotion.threshold))


def play(pipeline: Pipeline, pictures: list[np.ndarray], begin: int = 0, wall: float = 1.7e9) -> list[Analysis]:
    frames = [
        Frame(begin + index, wall + (begin + index) / FPS, 50 + (begin + index) / FPS, picture)
        for index, picture in enumerate(pictures)
    ]
    return [pipeline.analyze(frame) for frame in frames]


def episodes_of(analyses: list[Analysis]) -> list[Episode]:
    return [episode for analysis in analyses for episode in analysis.episodes]


def test_a_face_is_reported_once_it_is_confirmed_with_its_emotion(pipeline):
    analyses = play(pipeline, [scene((200, 150, 140, BRIGHT))] * 10)
    assert [len(analysis.observations) for analysis in analyses] == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    seen = [analysis.observations[0] for analysis in analyses[3:]]
    assert [one.started for one in seen] == [True] + [False] * 6
    assert [one.changed for one in seen] == [True] + [False] * 6
    assert {(one.track, one.emotion) for one in seen} == {(1, "happy")}
    assert seen[0].box.iou(Box(200, 150, 140, 140)) > 0.7
    assert seen[0].gate > 0.9
    assert seen[0].confidence == seen[0].scores["happy"] > 0.6
    assert [(analysis.index, analysis.mono) for analysis in analyses[:2]] == [(0, 50.0), (1, 50.1)]


def test_a_change_of_expression_is_reported_once(pipeline):
    happy, sad = scene((200, 150, 140, BRIGHT)), scene((200, 150, 140, DIM))
    analyses = play(pipeline, [happy] * 20 + [sad] * 20 + [happy] + [sad] * 10)
    changed = [seen.emotion for analysis in analyses for seen in analysis.observations if seen.changed]
    assert changed == ["happy", "sad"], "and the one happy frame between changed nothing"


def test_an_episode_sums_up_what_was_seen(pipeline):
    happy, sad = scene((200, 150, 140, BRIGHT)), scene((210, 150, 140, DIM))
    analyses = play(pipeline, [happy] * 15 + [sad] * 40 + [scene()] * 15)
    (episode,) = episodes_of(analyses)
    assert (episode.track, episode.frames, episode.emotion) == (1, 55, "sad")
    assert (episode.started, episode.ended) == (50.0, pytest.approx(55.4))
    assert episode.box.iou(Box(210, 150, 140, 140)) > 0.7
    seconds = dict(episode.seconds)
    assert sum(seconds.values()) == pytest.approx(episode.duration)
    assert seconds["happy"] == pytest.approx(1.5 + 0.8, abs=0.3)
    assert seconds["sad"] == pytest.approx(4.0 - 0.8, abs=0.3)
    assert episode.scores["happy"] == pytest.approx(15 / 55, abs=0.1), "the plain mean, not the smoothed one"
    assert sum(episode.scores.values) == pytest.approx(1)
    assert 0.5 < episode.gate <= 1
    assert analyses[-1].observations == ()


def test_finish_ends_what_is_in_the_picture_and_leaves_out_what_was_not_confirmed(pipeline):
    one, two = (40, 150, 140, BRIGHT), (400, 150, 140, DIM)
    play(pipeline, [scene(one)] * 8 + [scene(one, two)] * 2)
    (episode,) = pipeline.finish()
    assert (episode.track, episode.frames) == (1, 10)
    assert pipeline.finish() == ()
    (analysis,) = play(pipeline, [scene(one)] * 4, begin=10)[3:]
    assert [(seen.track, seen.started) for seen in analysis.observations] == [(2, True)]


def test_two_faces_have_two_stories(pipeline):
    both = scene((40, 150, 140, BRIGHT), (400, 150, 140, DIM))
    play(pipeline, [both] * 10 + [scene((400, 150, 140, DIM))] * 5)
    stories = [(episode.box.x < 300, episode.emotion, episode.frames) for episode in pipeline.finish()]
    assert sorted(stories) == [(False, "sad", 15), (True, "happy", 10)]


def test_what_the_gate_rejects_is_counted_and_goes_no_further(pipeline, readings):
    analyses = play(pipeline, [scene((40, 150, 140, DARK), (400, 150, 140, BRIGHT))] * 5)
    assert [analysis.rejected for analysis in analyses] == [1] * 5
    assert readings.calls == 5
    assert all(seen.box.x > 300 for analysis in analyses for seen in analysis.observations)


def test_an_unclear_face_is_uncertain_and_so_is_its_episode(pipeline):
    unclear = next(
        light
        for light in np.arange(BRIGHT, DIM, -0.01)
        if pipeline.faces(scene((200, 150, 140, light)))[0].scores.confidence < 0.55
    )
    analyses = play(pipeline, [scene((200, 150, 140, unclear))] * 10)
    assert analyses[-1].observations[0].emotion == UNCERTAIN
    (episode,) = pipeline.finish()
    assert episode.emotion == UNCERTAIN
    assert episode.seconds == ((UNCERTAIN, pytest.approx(0.9)),)


def test_an_episode_names_an_emotion_where_one_was_shown_at_all(pipeline):
    course = play(pipeline, [scene((200, 150, 140, BRIGHT))] * 8)[-1].observations
    assert course[0].emotion == "happy"
    level = next(
        light
        for light in np.arange(BRIGHT, DIM, -0.01)
        if pipeline.faces(scene((200, 150, 140, light)))[0].scores.confidence < 0.53
    )
    play(pipeline, [scene((200, 150, 140, level))] * 80, begin=8)
    (episode,) = pipeline.finish()
    seconds = dict(episode.seconds)
    assert seconds[UNCERTAIN] > seconds["happy"] > 0
    assert episode.emotion == "happy"


def test_the_clock_may_jump(pipeline):
    picture = scene((200, 150, 140, BRIGHT))
    play(pipeline, [picture] * 5)
    play(pipeline, [picture] * 5, begin=5, wall=0.0)
    (episode,) = pipeline.finish()
    assert (episode.frames, episode.duration) == (10, pytest.approx(0.9))


@pytest.mark.parametrize("size", [(240, 320), (600, 800), (30, 30), (1, 1)])
def test_a_frame_of_another_size_begins_anew(pipeline, size):
    face = (60, 40, 120, BRIGHT)
    play(pipeline, [scene(face)] * 6)
    picture = scene(face, shape=size) if size[0] > 200 else np.zeros(size, np.uint8)
    analyses = play(pipeline, [picture] * 6, begin=6)
    assert [episode.track for episode in analyses[0].episodes] == [1]
    assert {seen.track for analysis in analyses for seen in analysis.observations} <= {2}
    assert len(analyses[-1].observations) == (size[0] > 200)


def test_a_stream_that_starts_over_begins_anew(pipeline):
    picture = scene((200, 150, 140, BRIGHT))
    play(pipeline, [picture] * 6)
    analyses = play(pipeline, [picture] * 6)
    assert [episode.track for episode in episodes_of(analyses)] == [1]
    assert analyses[-1].observations[0].track == 2


def test_the_frame_is_only_read(pipeline):
    picture = scene((200, 150, 140, BRIGHT))
    before = picture.copy()
    picture.setflags(write=False)
    play(pipeline, [picture] * 5)
    assert np.array_equal(picture, before)


def test_nothing_is_kept_of_tracks_that_ended(pipeline):
    for round_ in range(5):
        play(pipeline, [scene((200, 150, 140, BRIGHT))] * 5 + [scene()] * 12, begin=17 * round_)
    assert pipeline._courses == {}
    assert pipeline.finish() == ()


def test_the_faces_of_a_photo(pipeline):
    faces = pipeline.faces(scene((20, 150, 200, DARK), (250, 150, 140, BRIGHT), (450, 150, 120, DIM)))
    assert [face.rejected for face in faces] == [True, False, False]
    assert [face.scores and face.scores.best for face in faces] == [None, "happy", "sad"]
    assert faces[0].gate < 0.5 < faces[1].gate


def test_a_picture_that_is_a_face_is_scored_whole_unless_the_gate_rejects_it(pipeline):
    bright, dark = draw_face(64, BRIGHT)[:, 4:60], draw_face(48, DARK)
    assert pipeline.whole(bright).box == Box(0, 0, 56, 64)
    assert pipeline.whole(bright).scores.best == "happy"
    face = pipeline.whole(dark)
    assert face.gate < 0.5
    assert face.rejected


def test_tells_how_long_its_stages_take(readings):
    watch = Stopwatch()
    stages = Search(HaarDetector()), Gate(readings_gate()), Emotion(readings), Tracker()
    pipeline = Pipeline(*stages, partial(Smoother, 0.6), timing=watch)
    watch.take()
    play(pipeline, [scene((200, 150, 140, BRIGHT))])
    seconds = watch.take()
    assert list(seconds) == ["detect", "gate", "track", "emotion"]
    assert min(seconds.values()) > 0


def test_says_which_models_it_uses(readings):
    info = ModelInfo("emotion", "emotion", "0" * 64, 0.6)
    pipeline = Pipeline(Search(HaarDetector()), Gate(readings_gate()), Emotion(readings), Tracker(), Smoother, (info,))
    assert pipeline.models == (info,)
    assert pipeline.threshold == 0.6


def readings_gate() -> ByBrightness:
    return ByBrightness("gate", ("other", "human"), 0.5, even=60, slope=8)
