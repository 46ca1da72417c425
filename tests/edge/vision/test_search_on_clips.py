"""The search loses nothing on real pictures."""

import itertools
import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pytest

from edge.capture.demo import open_demo
from edge.contract.records import Box, Frame
from edge.vision.detector import HaarDetector
from edge.vision.search import Search
from edge.vision.tracker import Tracker


@pytest.fixture(scope="module")
def demo() -> list[Frame]:
    """The clip, in which the face goes and returns; every second frame, so that it moves further in between."""
    with open_demo() as source:
        return [frame for frame in source if frame.index % 2 == 0]


def several(demo: Sequence[Frame], faces: int = 5, seconds: float = 4.0, fps: float = 10) -> Iterator[Frame]:
    """The demo's face several times on a blurred background, each on its own way; the last is away for a while."""
    random = np.random.default_rng(3)
    portraits = []
    for frame in demo[38:128:20]:
        for box in HaarDetector().detect(frame.grey)[:1]:
            margin = box.width // 4
            rows, columns = slice(max(0, box.y - margin), box.y + box.height), slice(box.x - margin, box.x + box.width)
            portraits.append(frame.grey[rows, columns])
    for index in range(round(seconds * fps)):
        time = index / fps
        picture = cv2.GaussianBlur(demo[84].grey, (0, 0), 9).astype(np.float64)
        for face in range(faces if not 1.2 < time < 2.7 else faces - 1):
            side = round(105 + 20 * math.sin(1.3 * time + face))
            x = 20 + 210 * (face % 3) + round(40 * math.sin((1 + 0.2 * face) * time))
            y = 50 + 220 * (face // 3) + round(40 * math.sin(1.1 * time + 2 * face))
            picture[y : y + side, x + 20 : x + 20 + side] = cv2.resize(
                portraits[face % len(portraits)], (side, side), interpolation=cv2.INTER_AREA
            )
        picture += random.normal(0, 2, picture.shape)
        yield Frame(index, time, time, np.clip(picture, 0, 255).astype(np.uint8))


def follow(frames: Sequence[Frame], every: float) -> tuple[list[dict[int, Box]], list[bool]]:
    """The boxes of each frame by the number of their track, and whether new faces were looked for."""
    search, tracker = Search(HaarDetector(), every), Tracker()
    courses, sweeps = [], []
    for frame in frames:
        before = search.swept
        tracks = tracker.update(search.find(frame.grey, frame.mono), frame.mono).tracks
        courses.append({track.id: track.box for track in tracks if track.id is not None})
        sweeps.append(search.swept > before)
    return courses, sweeps


def overlaps(wanted: list[dict[int, Box]], found: list[dict[int, Box]]) -> list[float]:
    """How far each wanted box is met by what was found; a track must be met by the same one throughout."""
    met: dict[int, set[int]] = {}
    shares = []
    for course, other in zip(wanted, found, strict=True):
        for number, box in course.items():
            share, best = max(((box.iou(candidate), name) for name, candidate in other.items()), default=(0.0, None))
            shares.append(share)
            if share >= 0.5:
                met.setdefault(number, set()).add(best)
    partners = [frozenset(names) for names in met.values()]
    assert all(len(names) == 1 for names in partners), met
    assert len(set(partners)) == len(partners), met
    assert met.keys() == {number for course in wanted for number in course}
    assert {name for names in partners for name in names} == {name for course in found for name in course}
    return shares


@pytest.fixture(scope="module")
def courses(demo):
    """The clip, each frame searched whole, and as a stream is."""
    return follow(demo, 0)[0], *follow(demo, 0.4)


def test_nothing_is_lost_on_the_demo_clip(courses):
    whole, found, sweeps = courses
    shares = overlaps(whole, found)
    assert len(shares) > 120
    assert np.mean(np.array(shares) >= 0.5) >= 0.98
    assert np.median(shares) > 0.9
    assert sum(sweeps) < len(sweeps) * 0.7, "each half of the picture in every third frame, 0.4 s"


def test_nothing_is_lost_of_several_moving_faces(demo):
    frames = list(several(demo))
    found, sweeps = follow(frames, 0.4)
    shares = overlaps(follow(frames, 0)[0], found)
    assert len(shares) > 130
    assert np.mean(np.array(shares) >= 0.5) >= 0.98
    assert np.median(shares) > 0.9
    assert sum(sweeps) < len(sweeps) * 0.6


def test_boxes_jump_no_more_than_where_each_frame_is_searched_whole(courses):
    whole, found, _ = courses

    def changes(course: list[dict[int, Box]]) -> list[float]:
        """By what factor, as its logarithm, the one face's side changes, where there was one."""
        sides = [next(iter(boxes.values())).width if boxes else None for boxes in course]
        return [abs(math.log(after / before)) for before, after in itertools.pairwise(sides) if before and after]

    assert len(changes(found)) > 100
    assert np.percentile(changes(found), 90) < 1.2 * np.percentile(changes(whole), 90)
    assert max(changes(found)) < 1.5 * max(changes(whole))


@pytest.mark.parametrize("arrival", [3, 4, 5, 6, 7, 8, 33])
def test_a_face_in_an_empty_room_is_seen_within_half_a_second(demo, arrival):
    """The room is still but for noise, and not searched for it."""
    random = np.random.default_rng(arrival)
    (box,) = HaarDetector().detect(demo[60].grey)[:1]
    portrait = cv2.resize(
        demo[60].grey[box.y - 8 : box.y + box.height + 8, box.x - 8 : box.x + box.width + 8], (80, 80)
    )
    room = cv2.GaussianBlur(demo[84].grey, (0, 0), 12).astype(np.float64)
    search, seen = Search(HaarDetector()), None
    for index in range(arrival + 8):
        picture = room.copy()
        if index >= arrival:
            picture[100:180, 60:140] = portrait
        grey = np.clip(picture + random.normal(0, 5, room.shape), 0, 255).astype(np.uint8)
        found = search.find(grey, index / 10)
        if index == arrival - 1:
            assert search.swept == (1 if index < 20 else 3), "at the beginning, and both halves after two seconds"
        if found and seen is None:
            seen = index
    assert seen is not None
    assert (seen - arrival) / 10 <= 0.5
