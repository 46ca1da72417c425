"""The search: what it looks at when."""

import itertools
import math
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.records import Box
from edge.vision.search import Search

GREY = np.zeros((480, 640), np.uint8)
FACE, OTHER = Box(100, 100, 80, 80), Box(400, 200, 100, 100)


UPPER, LOWER = 0, 1
"""The parts of the picture."""


class Scene:
    """In place of the cascade: sees `faces`, near a place only those whose centres lie near, or in a part."""

    parts = 2

    def __init__(self, *faces: Box):
        self.faces = list(faces)
        self.changes, self.shown = itertools.count(), None
        self.looked: list[Box | int | None] = []
        self.reaches: list[float] = []
        self.reduced = 0

    def reduce(self, grey: np.ndarray) -> "Scene":
        self.reduced += 1
        return self

    def outline(self) -> np.ndarray:
        return self.shown if self.shown is not None else np.array([[next(self.changes) * 5 % 256]], np.uint8)

    def detect(self) -> list[Box]:
        self.looked.append(None)
        return sorted(self.faces, key=lambda face: -face.area)

    def detect_part(self, part: int) -> list[Box]:
        self.looked.append(part)
        return [face for face in self.faces if self.part_of(face) == part]

    def part_of(self, box: Box) -> int:
        return LOWER if box.y + box.height / 2 >= 240 else UPPER

    def detect_near(self, places: Iterable[tuple[Box, float]]) -> Iterator[list[Box]]:
        for box, reach in places:
            self.looked.append(box)
            self.reaches.append(reach)
            yield [face for face in self.faces if centre_distance(face, box) < box.width / 2]


def centre_distance(one: Box, other: Box) -> float:
    across, down = one.x - other.x + (one.width - other.width) / 2, one.y - other.y + (one.height - other.height) / 2
    return math.hypot(across, down)


def look(search: Search, scene: Scene, mono: float) -> tuple[list[Box], list[Box | int | None]]:
    """What is found in a frame, and where was looked for it: places, a part of the picture, None for everywhere."""
    scene.looked = []
    return search.find(GREY, mono), scene.looked


def moved(box: Box, x: int, y: int = 0) -> Box:
    return Box(box.x + x, box.y + y, box.width, box.height)


def test_looks_everywhere_at_first_and_every_so_often_and_else_where_the_faces_are():
    scene = Scene(FACE, OTHER)
    search = Search(scene, every=0.4)
    courses = [look(search, scene, index / 10) for index in range(10)]
    assert all(found == [OTHER, FACE] for found, _ in courses)
    assert courses[0][1] == [None]
    assert all(looked[:2] == [OTHER, FACE] for _, looked in courses[1:])
    assert [looked[2:] for _, looked in courses[1:]] == [[], [], [], [UPPER], [LOWER], [], [], [UPPER], [LOWER]]
    assert (search.frames, search.swept, search.places) == (10, 5, 18)


@pytest.mark.parametrize("fps", [3, 5, 10, 15, 30, 60])
@pytest.mark.parametrize("faces", [[], [Box(0, 300, 85, 85)]])
@pytest.mark.parametrize("new", [FACE, OTHER])
def test_a_new_face_is_seen_within_half_a_second(fps, faces, new):
    for arrival in range(2, 2 + fps):
        scene = Scene(*faces)
        search = Search(scene)
        for index in itertools.count():
            if index == arrival:
                scene.faces.append(new)
            found, _ = look(search, scene, 7.0 + index / fps)
            if new in found:
                break
        assert index - arrival <= 0.5 * fps


@pytest.mark.parametrize("apart", [0.8, 1.0, 1.11, 30.0])
def test_of_frames_far_apart_each_is_searched_whole(apart):
    scene = Scene(FACE)
    search = Search(scene, every=0.4)
    look(search, scene, 0.0)
    scene.faces = [moved(FACE, 300), OTHER]
    assert look(search, scene, apart) == ([OTHER, moved(FACE, 300)], [FACE, None])
    scene.faces = [OTHER, FACE]
    found, looked = look(search, scene, 2 * apart)
    assert (found, looked[-1]) == ([OTHER, FACE], None)


def test_of_frames_far_apart_no_face_keeps_the_box_of_the_last():
    scene = Scene(*row(8))
    search = Search(scene, every=0.4)
    look(search, scene, 0.0)
    scene.faces = [moved(face, 0, 200) for face in row(8)]
    assert look(search, scene, 1.0)[0] == scene.faces


@pytest.mark.parametrize("apart", [0.1, 0.4, 0.7])
def test_of_frames_that_follow_each_other_none_is_searched_whole(apart):
    scene = Scene()
    search = Search(scene, every=0.4)
    look(search, scene, 0.0)
    assert all(None not in look(search, scene, apart * index)[1] for index in range(1, 20))


def still(*faces: Box) -> Scene:
    """One of which every frame looks the same, until something is done to `shown`."""
    scene = Scene(*faces)
    scene.shown = np.full((30, 40), 100, np.uint8)
    return scene


def sweeps(search: Search, scene: Scene, frames: range, fps: float = 10) -> dict[int, int | None]:
    """In which frames a part of the picture was searched, and which."""
    courses = {index: look(search, scene, index / fps)[1] for index in frames}
    return {index: part for index, looked in courses.items() for part in looked if not isinstance(part, Box)}


@pytest.mark.parametrize("faces", [[], [FACE]])
def test_a_still_picture_is_searched_every_two_seconds(faces):
    scene = still(*faces)
    search = Search(scene)
    wanted = {0: None, 20: UPPER, 21: LOWER, 40: UPPER, 41: LOWER}
    assert sweeps(search, scene, range(50)) == wanted


@pytest.mark.parametrize(("change", "seen"), [(4, False), (5, True), (-4, False), (-5, True), (100, True)])
def test_a_change_at_one_place_is_looked_into_and_noise_is_not(change, seen):
    scene = still()
    search = Search(scene)
    assert sweeps(search, scene, range(13)) == {0: None}
    scene.shown = scene.shown.copy()
    scene.shown[7, 11] = 100 + change
    assert sweeps(search, scene, range(13, 19)) == ({13: UPPER, 14: LOWER} if seen else {})


def test_frames_far_apart_that_are_alike_are_searched_every_two_seconds_too():
    scene = still(FACE)
    search = Search(scene)
    assert sweeps(search, scene, range(9), fps=1) == {0: None, 2: None, 4: None, 6: None, 8: None}
    scene.shown = scene.shown + np.uint8(50)
    assert sweeps(search, scene, range(9, 12), fps=1) == {9: None, 11: None}


def test_what_changes_slowly_is_looked_into_too():
    scene = still()
    search = Search(scene, still=60)
    look(search, scene, 0.0)
    found = []
    for index in range(1, 40):
        scene.shown = scene.shown + np.uint8(index % 2)  # a level in a fifth of a second
        found += sweeps(search, scene, range(index, index + 1))
    assert found == [9, 10, 19, 20, 29, 30, 39]


def test_a_part_is_held_against_what_it_was_when_it_was_searched_itself():
    """Something shows up between the searches of the two parts, and is gone again."""
    scene = still()
    search = Search(scene, still=60)
    before = scene.shown
    assert sweeps(search, scene, range(10)) == {0: None}
    scene.shown = before + np.uint8(50)
    assert sweeps(search, scene, range(10, 11)) == {10: UPPER}
    scene.shown = before
    assert sweeps(search, scene, range(11, 30)) == {14: UPPER}
    scene.shown = before + np.uint8(50)
    assert sweeps(search, scene, range(30, 50)) == {30: LOWER, 31: UPPER}


def test_a_face_that_is_gone_is_looked_for_in_a_still_picture_too():
    scene = still(FACE)
    search = Search(scene)
    look(search, scene, 0.0)
    scene.faces = []
    assert sweeps(search, scene, range(1, 10)) == {1: UPPER, 2: LOWER}


def test_a_new_stream_of_another_size_is_not_held_against_the_last():
    scene = still()
    search = Search(scene)
    look(search, scene, 0.0)
    search.forget()
    scene.shown = np.zeros((7, 9), np.uint8)
    assert sweeps(search, scene, range(1, 10)) == {1: None}


def test_a_face_that_is_gone_is_looked_for_everywhere_at_once_and_only_once():
    scene = Scene(FACE)
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces = [moved(FACE, 300)]
    assert look(search, scene, 0.1) == ([moved(FACE, 300)], [FACE, UPPER])
    scene.faces = []
    assert look(search, scene, 0.2)[1] == [moved(FACE, 300), FACE, UPPER]
    assert look(search, scene, 0.3)[1] == [moved(FACE, 300), FACE, LOWER]
    assert look(search, scene, 0.4)[1] == [moved(FACE, 300), FACE]


@pytest.mark.parametrize("shown", [(True, False), (True, True, False), (True, False, False)])
@pytest.mark.parametrize("near", [True, False])
def test_a_window_that_flickers_is_hardly_looked_for_everywhere(shown, near):
    """Also where the search of its place never sees it."""
    scene = still()
    if not near:
        scene.detect_near = lambda places: ([] for _ in places)
    search = Search(scene)
    found = {}
    for index in range(40):
        scene.faces = [FACE] if shown[index % len(shown)] else []
        found |= sweeps(search, scene, range(index, index + 1))
    assert [index for index in found if index < 5] in ([0, 1, 2], [0, 2, 3])
    assert len(found) <= (5 if near else 8), "and every two seconds; where its place is forgotten, anew"


def test_a_face_that_was_missed_once_is_looked_for_again_when_it_was_there_for_a_second():
    def searched(again: int) -> dict[int, int | None]:
        """Where it is looked for when it goes, so many frames after it came back."""
        scene = Scene(FACE)
        search = Search(scene, every=60, patience=1.0)
        sweeps(search, scene, range(10))
        scene.faces = []
        sweeps(search, scene, range(10, 12))
        scene.faces = [FACE]
        sweeps(search, scene, range(12, 12 + again))
        scene.faces = []
        return sweeps(search, scene, range(12 + again, 20 + again))

    assert searched(5) == {}
    assert searched(11) == {23: UPPER, 24: LOWER}


@pytest.mark.parametrize("step", [30, 60, 90])
def test_a_face_that_passes_by_is_found_in_every_frame(step):
    scene = Scene(FACE)
    search = Search(scene, every=60)
    for index in range(7):
        scene.faces = [moved(FACE, step * index)]
        assert look(search, scene, index / 10)[0] == scene.faces


def test_a_face_that_is_gone_is_looked_for_first_in_the_part_where_it_was():
    scene = Scene(OTHER)
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces = [moved(OTHER, -300)]
    assert look(search, scene, 0.1) == (scene.faces, [OTHER, LOWER])
    assert look(search, scene, 0.2)[1][-1] == UPPER


@pytest.mark.parametrize("shown", [Box(110, 95, 70, 70), Box(115, 130, 48, 48), Box(90, 95, 110, 110)])
def test_a_face_that_is_followed_is_not_found_a_second_time(shown):
    """A search of a part of the picture may show it with fewer hits, so with another box."""

    class Partly(Scene):
        def detect_part(self, part):
            return [shown, OTHER]

    search = Search(Partly(FACE), every=0.4)
    search.find(GREY, 0.0)
    assert search.find(GREY, 0.5) == [OTHER, FACE]


def test_a_small_face_is_found_inside_a_large_window():
    """Or a pattern on a wall that is followed would hide the people in front of it."""
    wall, child = Box(50, 50, 300, 300), Box(150, 150, 60, 60)
    scene = Scene(wall)
    search = Search(scene, every=0.4)
    look(search, scene, 0.0)
    scene.faces.append(child)
    assert look(search, scene, 0.5)[0] == [wall, child]


def test_the_longer_ago_a_face_was_seen_the_farther_it_is_looked_for():
    scene = Scene(FACE)
    search = Search(scene, every=60)
    for mono in (0.0, 0.02, 0.12, 1.1):
        look(search, scene, mono)
    assert scene.reaches == pytest.approx([0.123, 0.195, 0.3])


def test_a_face_that_moves_is_looked_for_farther_away():
    scene = Scene(FACE)
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces = [moved(FACE, FACE.width // 20)]
    look(search, scene, 0.1)
    look(search, scene, 0.2)
    look(search, scene, 0.3)
    still, moving, stopped = scene.reaches
    assert moving - still == pytest.approx(0.05), "it may go on as fast"
    assert stopped == pytest.approx(still)


def test_the_speed_of_a_face_that_waits_its_turn_is_that_between_the_frames_with_its_box():
    faces = [Box(100 * number, 100, 80, 80) for number in range(6)]
    scene = Scene(*faces)
    search = Search(scene, every=60, at_once=3)
    for step in range(1, 7):
        scene.reaches = []
        look(search, scene, step / 50)
        scene.faces = [moved(face, 4 * step) for face in faces]
    wanted = 0.12 + 2.5 * 0.04 + 15 / 2 * 0.04**2  # two and a half sides a second, for two frames
    assert scene.reaches == pytest.approx([wanted] * 3)


def test_a_face_that_is_back_where_it_was_is_seen_at_once():
    scene = Scene(FACE)
    search = Search(scene, every=60, patience=1.0)
    look(search, scene, 0.0)
    scene.faces = []
    assert look(search, scene, 0.1) == ([], [FACE, UPPER])
    assert look(search, scene, 0.2) == ([], [FACE, LOWER])
    assert look(search, scene, 0.9) == ([], [FACE])
    scene.faces = [moved(FACE, 5)]
    assert look(search, scene, 1.0) == ([moved(FACE, 5)], [FACE])


def test_a_place_is_forgotten_after_the_patience():
    scene = Scene(FACE)
    search = Search(scene, every=60, patience=1.0)
    look(search, scene, 0.0)
    scene.faces = []
    for mono in (0.5, 1.5):
        look(search, scene, mono)
    assert look(search, scene, 1.6) == ([], [])


def test_a_face_that_moves_leaves_no_place_behind():
    scene = Scene(FACE)
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    for index in range(1, 15):
        scene.faces = [moved(FACE, 30 * index)]
        found, looked = look(search, scene, index / 10)
        assert (found, len(looked)) == (scene.faces, 1)


def test_neighbours_are_seen_from_their_own_places():
    """A face that another's region cuts is not reported as that region shows it."""
    left, right = FACE, moved(FACE, 85)
    cut = Box(right.x, right.y, 60, 60)

    class Cutting(Scene):
        def detect_near(self, places):
            return ([left, cut] if box == left else [right, Box(left.x + 20, left.y, 60, 60)] for box, _ in places)

    search = Search(Cutting(left, right), every=60)
    search.find(GREY, 0.0)
    assert search.find(GREY, 0.1) == [left, right]


def test_one_face_found_from_two_places_is_one():
    scene = Scene(FACE, moved(FACE, 85))
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces = [moved(FACE, 84)]
    assert look(search, scene, 0.1)[0] == [moved(FACE, 84)]
    scene.detect_near = lambda places: ([moved(FACE, 38 if box.x < 120 else 44)] for box, _ in places)
    assert len(search.find(GREY, 0.2)) == 1


def row(count: int) -> list[Box]:
    """Faces side by side, the larger the further left."""
    return [Box(100 * index, 100, 60 - index, 60 - index) for index in range(count)]


@pytest.mark.parametrize(("faces", "searched"), [(1, 1), (3, 3), (4, 4), (5, 4), (8, 4), (9, 5), (20, 10)])
def test_many_faces_take_turns_so_that_the_cost_grows_less_than_they(faces, searched):
    scene = Scene(*row(faces))
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    turns = []
    for index in range(1, 9):
        found, looked = look(search, scene, index / 10)
        assert found == row(faces), "those that wait keep their boxes"
        assert len(looked) == searched
        turns.append(set(looked))
    for before, after in itertools.pairwise(turns):
        assert before | after == set(row(faces)), "each is looked for in every second frame at least"


def test_a_face_of_many_that_is_gone_is_noticed_in_its_turn():
    scene = Scene(*row(8))
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces = row(8)[1:]
    courses = [look(search, scene, index / 10) for index in range(1, 5)]
    assert [part for _, looked in courses for part in looked if not isinstance(part, Box)] == [UPPER, LOWER]
    assert courses[1][0] == row(8)[1:]


def test_a_crowd_is_searched_whole():
    scene = Scene(*row(24))
    search = Search(scene, every=60, crowd=24)
    assert [look(search, scene, index / 10)[1] for index in range(3)] == [[None]] * 3
    scene.faces = row(23)
    look(search, scene, 2.0)
    assert None not in look(search, scene, 2.1)[1], "places without a face are given up, so it ends again"


def test_however_a_frame_is_searched_it_is_reduced_once():
    scene = Scene(FACE)
    search = Search(scene)
    for index in range(10):
        scene.faces = [FACE] if index % 4 else []
        look(search, scene, index / 4)
    assert (search.frames, scene.reduced) == (10, 10)
    assert search.swept > 5


def test_zero_searches_every_frame_whole():
    scene = Scene(FACE)
    search = Search(scene, every=0)
    assert [look(search, scene, index / 10)[1] for index in range(4)] == [[None]] * 4


def test_a_new_stream_is_searched_whole():
    scene = Scene(FACE)
    search = Search(scene)
    look(search, scene, 50.0)
    search.forget()
    assert look(search, scene, 1.0)[1] == [None]
    assert look(search, scene, 1.1)[1] == [FACE]


def test_a_single_picture_is_searched_whole_and_disturbs_nothing():
    scene = Scene(FACE)
    search = Search(scene, every=60)
    look(search, scene, 0.0)
    scene.faces, before = [OTHER], scene.faces
    assert search.whole(GREY) == [OTHER]
    scene.faces = before
    assert look(search, scene, 0.1) == ([FACE], [FACE])
    assert search.frames == 2


boxes = st.builds(Box, st.integers(0, 500), st.integers(0, 380), st.integers(40, 120), st.just(80))


@given(st.lists(st.tuples(st.floats(0.01, 1.5), st.lists(boxes, max_size=8)), max_size=30))
def test_whatever_happens_little_is_searched_and_little_is_kept(stream):
    scene, mono = Scene(), 0.0
    search = Search(scene, every=0.4, patience=1.0)
    for step, faces in stream:
        mono += step
        scene.faces = faces
        found, looked = look(search, scene, mono)
        everywhere = [part for part in looked if not isinstance(part, Box)]
        assert len(everywhere) <= 1
        assert len(looked) <= 13, "never much more than a whole search would cost"
        if everywhere == [None]:
            assert sorted(found, key=repr) == sorted(faces, key=repr)
