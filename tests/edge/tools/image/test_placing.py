"""Cards lie inside the photo and beside the faces."""

from hypothesis import given
from hypothesis import strategies as st

from edge.contract.records import Box
from edge.tools.image.placing import CROWDED, attached, place

PHOTO = (640, 480)


def test_to_the_right_where_there_is_room():
    face = Box(200, 100, 100, 100)
    assert place(face, (150, 100), PHOTO, [face], 6) == Box(306, 100, 150, 100)


def test_to_the_left_where_there_is_none():
    face = Box(520, 100, 100, 100)
    assert place(face, (150, 100), PHOTO, [face], 6) == Box(364, 100, 150, 100)


def test_below_where_both_sides_are_taken():
    face = Box(250, 50, 100, 100)
    taken = [face, Box(360, 0, 280, 300), Box(0, 0, 240, 300)]
    found = place(face, (150, 100), PHOTO, taken, 6)
    assert found is not None
    assert found.y == 156


def test_nowhere_in_a_portrait_that_fills_the_photo():
    face = Box(40, 20, 560, 440)
    assert place(face, (150, 200), PHOTO, [face], 6) is None


def test_nowhere_in_a_photo_that_is_smaller():
    assert place(Box(0, 0, 20, 20), (641, 100), PHOTO, [], 6) is None


BOXES = st.builds(Box, st.integers(0, 560), st.integers(0, 400), st.integers(10, 80), st.integers(10, 80))
SIZES = st.tuples(st.integers(1, 640), st.integers(1, 480))


@given(BOXES, SIZES, st.lists(BOXES, max_size=8))
def test_wherever_it_is_it_is_inside_and_covers_little(face, size, others):
    taken = [face, *others]
    found = place(face, size, PHOTO, taken, 5)
    label = attached(face, size, PHOTO, taken)
    for box in (found, label):
        if box is not None:
            assert (box.width, box.height) == size
            assert 0 <= box.x <= PHOTO[0] - box.width
            assert 0 <= box.y <= PHOTO[1] - box.height
    if found is not None:
        for other in taken:
            across = min(found.x + found.width, other.x + other.width) - max(found.x, other.x)
            down = min(found.y + found.height, other.y + other.height) - max(found.y, other.y)
            assert max(across, 0) * max(down, 0) <= CROWDED * found.area
