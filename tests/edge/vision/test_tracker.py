"""The tracker: who is who from frame to frame, by boxes and monotonic time alone."""

import random
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.records import Box
from edge.vision.tracker import Tracker

FACE = Box(100, 100, 80, 80)
OTHER = Box(400, 100, 80, 80)


def times(fps: float, seconds: float, start: float = 0.0) -> list[float]:
    return [start + index / fps for index in range(round(seconds * fps) + 1)]


def moved(box: Box, x: float, y: float = 0) -> Box:
    return Box(round(box.x + x), round(box.y + y), box.width, box.height)


def follow(tracker: Tracker, box: Box, monos: list[float]) -> int | None:
    """Shows one box at every time; its id at the end."""
    number = None
    for mono in monos:
        (track,) = tracker.update([box], mono).tracks
        number = track.id
    return number


@pytest.mark.parametrize("fps", [3, 5, 10, 15, 30, 60])
def test_confirms_a_face_within_a_second_at_any_frame_rate(fps):
    tracker = Tracker()
    ids = [tracker.update([FACE], mono).tracks[0].id for mono in times(fps, 1)]
    assert ids[:2] == [None, None]
    assert ids[-1] == 1
    assert set(ids) == {None, 1}


@pytest.mark.parametrize("fps", [5, 10, 30])
def test_a_window_seen_once_is_no_face(fps):
    tracker = Tracker()
    tracker.update([FACE], 0.0)
    ended = []
    for mono in times(fps, 2, start=1 / fps):
        ended += tracker.update([], mono).ended
    assert [(track.id, track.frames) for track in ended] == [(None, 1)]


def test_a_window_that_flickers_for_a_tenth_of_a_second_is_no_face():
    tracker = Tracker()
    assert follow(tracker, FACE, times(30, 0.1)) is None
    tracker.update([], 5.0)
    assert follow(tracker, FACE, times(30, 1.0, start=6.0)) == 1, "and takes no number"


def test_a_track_survives_a_short_absence_and_not_a_long_one():
    tracker = Tracker(patience=1.0)
    assert follow(tracker, FACE, times(10, 1)) == 1
    assert tracker.update([], 1.5).ended == ()
    assert follow(tracker, FACE, [2.0]) == 1
    (ended,) = tracker.update([], 3.001).ended
    assert (ended.id, ended.first, ended.last, ended.frames, ended.box) == (1, 0.0, 2.0, 12, FACE)
    assert follow(tracker, FACE, times(10, 1, start=4.0)) == 2


def test_a_face_that_returns_after_the_patience_is_new_even_without_frames_between():
    tracker = Tracker()
    assert follow(tracker, FACE, times(10, 1)) == 1
    update = tracker.update([FACE], 60.0)
    assert [track.id for track in update.ended] == [1]
    assert update.tracks[0].frames == 1


@pytest.mark.parametrize("fps", [0.1, 0.4, 0.9, 0.99, 1.5])
def test_a_face_is_followed_however_few_frames_come(fps):
    tracker = Tracker()
    updates = [tracker.update([FACE], mono) for mono in times(fps, 19 / fps)]
    assert [update.tracks[0].id for update in updates] == [None, None] + [1] * 18
    assert not any(update.ended for update in updates)


@pytest.mark.parametrize("fps", [0.1, 0.9, 1.0, 1.5])
def test_a_face_that_shows_in_two_of_three_of_few_frames_is_followed(fps):
    tracker = Tracker()
    updates = [tracker.update([FACE] if index % 3 else [], index / fps) for index in range(20)]
    assert {track.id for update in updates[4:] for track in update.tracks} == {1}
    assert not any(update.ended for update in updates)


@pytest.mark.parametrize("fps", [0.5, 0.9, 10])
@pytest.mark.parametrize("frames", [2, 3, 4, 20])
def test_one_outage_ends_a_track_at_any_frame_rate_and_changes_nothing_later(fps, frames):
    tracker = Tracker()
    follow(tracker, FACE, [index / fps for index in range(frames)])
    after = (frames - 1) / fps + max(1.0, 3 / fps) + 0.1
    assert [track.frames for track in tracker.update([FACE], after).ended] == [frames]
    assert [track.frames for track in tracker.update([], after + max(1.0, 3 / fps) + 0.1).ended] == [1]


def test_a_stream_that_slows_down_is_followed_after_a_few_frames():
    tracker = Tracker()
    assert follow(tracker, FACE, times(10, 3)) == 1
    assert follow(tracker, FACE, times(0.5, 16, start=5.0)) == 2
    assert follow(tracker, FACE, times(0.5, 16, start=23.0)) == 2


def test_the_frame_rate_of_another_stream_does_not_count():
    tracker = Tracker()
    follow(tracker, FACE, times(0.1, 100))
    tracker.finish()
    assert follow(tracker, FACE, times(10, 1, start=1000.0)) == 2
    assert [track.id for track in tracker.update([], 1002.1).ended] == [2]


@pytest.mark.parametrize(("fps", "speed"), [(5, 300), (10, 600), (30, 1800)])
def test_follows_fast_motion(fps, speed):
    """60 pixels a frame for a face of 80: less than a seventh of the boxes' union is shared."""
    tracker = Tracker()
    monos = times(fps, 1)
    tracks = [tracker.update([moved(FACE, speed * (mono - monos[0]))], mono).tracks[0] for mono in monos]
    assert len({track.key for track in tracks}) == 1


def test_a_jump_across_the_picture_or_to_another_size_is_another_face():
    tracker = Tracker()
    first = tracker.update([FACE], 0.0).tracks[0]
    far, large = moved(FACE, 70), Box(60, 60, 170, 170)
    assert tracker.update([far], 0.1).tracks[0].key != first.key
    assert Tracker()._nearness(first, large) is None


def test_two_faces_side_by_side_keep_their_numbers_when_one_looks_away():
    tracker = Tracker()
    left, right = FACE, moved(FACE, 100)
    for mono in times(10, 1):
        tracks = tracker.update([left, right], mono).tracks
    assert [track.id for track in tracks] == [1, 2]
    for mono in times(10, 0.5, start=1.1):
        assert [track.id for track in tracker.update([right], mono).tracks] == [2]
    assert [track.id for track in tracker.update([right, left], 1.7).tracks] == [2, 1]


def test_the_better_overlap_wins():
    tracker = Tracker()
    before = tracker.update([FACE], 0.0).tracks[0]
    near, nearer = moved(FACE, 30), moved(FACE, -10)
    keys = [track.key for track in tracker.update([near, nearer], 0.1).tracks]
    assert keys[1] == before.key
    assert keys[0] != before.key


def test_finish_ends_everything_and_numbers_go_on():
    tracker = Tracker()
    for mono in times(10, 1):
        tracker.update([FACE, OTHER], mono)
    assert [track.id for track in tracker.finish()] == [1, 2]
    assert tracker.finish() == ()
    assert follow(tracker, FACE, times(10, 1, start=1.1)) == 3


boxes = st.builds(Box, st.integers(-20, 300), st.integers(-20, 200), st.integers(1, 120), st.integers(1, 120))
streams = st.lists(
    st.tuples(st.floats(0.01, 1.5), st.lists(boxes, max_size=5)), max_size=25
)  # seconds since the last frame, and its boxes
quick = {"confirm": 2, "settle": 0.0}


@given(streams)
def test_every_box_belongs_to_one_track_and_every_track_ends_once(stream):
    tracker = Tracker(**quick)
    seen, ended, confirmed, mono = defaultdict(int), [], [], 0.0
    for step, found in stream:
        mono += step
        update = tracker.update(found, mono)
        ended += update.ended
        assert [track.box for track in update.tracks] == found
        assert all(track.last == mono for track in update.tracks)
        assert len({track.key for track in update.tracks}) == len(found)
        for track in update.tracks:
            seen[track.key] += 1
            assert track.key not in {old.key for old in ended}
            if track.id is not None and track.id not in confirmed:
                confirmed.append(track.id)
    ended += tracker.finish()
    assert sorted(confirmed) == list(range(1, len(confirmed) + 1))
    assert {track.key: track.frames for track in ended} == dict(seen)
    assert len(ended) == len(seen)
    assert sorted(track.id for track in ended if track.id is not None) == sorted(confirmed)


@given(streams, st.randoms(use_true_random=False))
def test_the_order_of_the_boxes_decides_nothing(stream, shuffle: random.Random):
    straight, shuffled, mono = Tracker(**quick), Tracker(**quick), 0.0
    for step, found in stream:
        mono += step
        order = list(range(len(found)))
        shuffle.shuffle(order)
        expected = straight.update(found, mono)
        update = shuffled.update([found[index] for index in order], mono)
        assert set(update.tracks) == set(expected.tracks)
        assert set(update.ended) == set(expected.ended)


@given(streams, st.floats(-1e4, 1e4).map(round))
def test_only_differences_of_time_count(stream, origin):
    tracker, later, mono = Tracker(**quick), Tracker(**quick), 0.0
    for step, found in stream:
        mono += round(step * 64) / 64  # exact in binary, whatever is added
        ids = [track.id for track in tracker.update(found, mono).tracks]
        assert [track.id for track in later.update(found, mono + origin).tracks] == ids
