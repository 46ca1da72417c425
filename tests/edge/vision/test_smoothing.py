"""Smoothing: one frame never decides, what lasts is shown soon, nothing flickers."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.labels import EMOTIONS, UNCERTAIN
from edge.contract.records import Scores
from edge.vision.smoothing import Smoothed, Smoother

THRESHOLD = 0.5
rates = st.integers(5, 30)


def clear(label: str, probability: float = 0.9) -> Scores:
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return Scores(EMOTIONS, tuple(probability if name == label else rest for name in EMOTIONS))


@st.composite
def any_scores(draw) -> Scores:
    values = draw(st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda values: sum(values) > 0.01))
    return Scores(EMOTIONS, tuple(value / sum(values) for value in values))


def play(smoother: Smoother, stream, fps: float, start: float = 0.0) -> list[Smoothed]:
    return [smoother.update(scores, start + index / fps) for index, scores in enumerate(stream)]


def changes(shown: list[Smoothed]) -> int:
    return sum(before.emotion != after.emotion for before, after in itertools.pairwise(shown))


@given(st.lists(st.tuples(any_scores(), st.floats(0, 5)), min_size=1, max_size=40))
def test_gives_probabilities_between_those_put_in(stream):
    smoother, mono = Smoother(THRESHOLD), 0.0
    for scores, step in stream:
        mono += step
        smoothed = smoother.update(scores, mono)
        assert sum(smoothed.scores.values) == pytest.approx(1)
        for index, value in enumerate(smoothed.scores.values):
            given_values = [scores.values[index] for scores, _ in stream]
            assert min(given_values) - 1e-9 <= value <= max(given_values) + 1e-9
        if smoothed.emotion == UNCERTAIN:
            assert smoothed.confidence == smoothed.scores.confidence
        else:
            assert smoothed.confidence == smoothed.scores[smoothed.emotion]
            assert smoothed.scores.confidence >= 0.0


@given(st.lists(any_scores(), min_size=2, max_size=60), rates)
def test_at_a_steady_rate_it_is_the_exponential_moving_average(stream, fps):
    shown = play(Smoother(THRESHOLD, tau=0.7), stream, fps)
    keep = math.exp(-1 / fps / 0.7)
    weights = [keep**age for age in reversed(range(len(stream)))]
    expected = sum(weight * scores.values[0] for weight, scores in zip(weights, stream, strict=True)) / sum(weights)
    assert shown[-1].scores.values[0] == pytest.approx(expected, abs=1e-6)


def test_the_first_frame_alone_shows_nothing():
    assert Smoother(THRESHOLD).update(clear("happy", 1.0), 0.0).emotion == UNCERTAIN


@given(rates, st.sampled_from(EMOTIONS), st.floats(THRESHOLD, 1.0))
def test_a_steady_face_is_shown_by_the_time_its_track_is_confirmed(fps, label, probability):
    stream = [clear(label, probability)] * (math.ceil(0.3 * fps) + 1)
    assert play(Smoother(THRESHOLD), stream, fps)[-1].emotion == label


@given(rates, st.floats(0.6, 1.0), st.integers(2, 60), any_scores())
def test_one_frame_never_flips_the_label(fps, probability, before, outlier):
    stream = [clear("neutral", probability)] * before + [outlier] + [clear("neutral", probability)] * 2 * fps
    shown = play(Smoother(THRESHOLD), stream, fps)
    assert {frame.emotion for frame in shown} <= {UNCERTAIN, "neutral"}
    if shown[before - 1].emotion == "neutral":
        assert {frame.emotion for frame in shown[before:]} == {"neutral"}


@given(rates, st.floats(0.7, 1.0), st.floats(1.0, 30.0))
def test_a_change_that_lasts_shows_within_a_second_and_a_half(fps, probability, seconds_before):
    before = [clear("neutral", probability)] * round(seconds_before * fps)
    after = [clear("happy", probability)] * math.floor(1.5 * fps)
    shown = play(Smoother(THRESHOLD), before + after, fps)
    assert shown[len(before) - 1].emotion == "neutral"
    assert shown[-1].emotion == "happy"


@given(rates, st.integers(1, 2), st.floats(0.5, 1.0), st.floats(0.2, 0.6))
def test_alternating_faces_do_not_flicker(fps, run, probability, threshold):
    """A and B in turn, a tenth of a second each or a frame: the label may settle, and then stays."""
    run = min(run, max(1, fps // 10))
    turn = [clear("happy", probability)] * run + [clear("sad", probability)] * run
    shown = play(Smoother(threshold), turn * (10 * fps // len(turn)), fps)
    assert changes(shown) <= 2
    assert changes(shown[3 * fps :]) == 0


@given(rates, st.lists(st.floats(0.46, 0.54), min_size=200, max_size=200))
def test_a_face_at_the_threshold_does_not_flicker(fps, probabilities):
    shown = play(Smoother(THRESHOLD), [clear("happy", probability) for probability in probabilities], fps)
    assert changes(shown) <= 1


def test_a_face_that_becomes_unclear_becomes_uncertain():
    smoother = Smoother(THRESHOLD)
    assert play(smoother, [clear("happy")] * 20, 10)[-1].emotion == "happy"
    flat = Scores(EMOTIONS, (1 / 7,) * 7)
    shown = play(smoother, [flat] * 15, 10, start=2.0)
    assert shown[0].emotion == "happy"
    assert shown[-1].emotion == UNCERTAIN
    assert shown[-1].confidence == max(shown[-1].scores.values)


def test_a_label_in_the_slack_gives_way_to_a_better_one():
    """Under the threshold but within the slack, what is shown is still the best, not what was best once."""
    labels = ("happy", "sad", "neutral")
    smoother = Smoother(THRESHOLD)
    shown = play(smoother, [Scores(labels, (0.55, 0.43, 0.02))] * 20, 10)
    assert shown[-1].emotion == "happy"
    shown = play(smoother, [Scores(labels, (0.35, 0.49, 0.16))] * 40, 10, start=2.0)
    assert [name for name, _ in itertools.groupby(frame.emotion for frame in shown)] == ["happy", "sad"]


def test_a_lead_within_the_margin_changes_nothing():
    labels = ("happy", "sad")
    smoother = Smoother(THRESHOLD)
    assert play(smoother, [Scores(labels, (0.6, 0.4))] * 20, 10)[-1].emotion == "happy"
    shown = play(smoother, [Scores(labels, (0.47, 0.53))] * 50, 10, start=2.0)
    assert {frame.emotion for frame in shown} == {"happy"}
    assert shown[-1].confidence == pytest.approx(0.47, abs=0.01)


def test_a_pause_does_not_let_one_frame_decide():
    smoother = Smoother(THRESHOLD)
    play(smoother, [clear("happy")] * 20, 10)
    assert smoother.update(clear("sad", 1.0), 2.8).emotion == "happy"
    assert smoother.update(clear("happy"), 3.7).emotion == "happy"
