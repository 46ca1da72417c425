"""What is drawn on photos, looked at by its pixels. Pictures for people are made by the same code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.contract.labels import EMOTIONS
from edge.contract.records import Box, Face, Scores
from edge.tools.image.card import card, letters_of
from edge.tools.image.drawing import LEAST, draw
from edge.tools.image.palette import OTHER, PAPER, colour_of

THRESHOLD = 0.45


def near(picture: np.ndarray, colour: tuple[int, int, int], within: int = 30) -> np.ndarray:
    """Where a picture has nearly this colour."""
    return np.abs(picture.astype(int) - colour).max(axis=-1) <= within


def test_a_face_gets_a_box_in_its_emotion_s_colour_and_a_card(photo, face):
    before = photo(640, 480)
    drawn = draw(before, [face(230, 100, 150, "surprise")], THRESHOLD)
    assert drawn.shape == before.shape
    assert (before == 120).all(), "the photo itself is left alone"
    colour = colour_of("surprise", EMOTIONS)
    assert near(drawn[100:250, 229:232], colour).any(axis=1).mean() > 0.9, "its left side"
    assert (drawn[110:240, 240:370] == 120).all(), "the face itself can be seen"
    assert near(drawn[:, 386:], colour).sum() > 200, "a bar"


@pytest.mark.parametrize("light", [0, 30, 128, 225, 255])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_boxes_and_cards_can_be_told_from_any_photo(photo, face, light, emotion):
    drawn = draw(photo(640, 480, light), [face(230, 100, 150, emotion)], THRESHOLD).astype(int)
    edge = drawn[100:250, 226:236]
    assert np.abs(edge - light).max(axis=(1, 2)).min() > 70, "every row of the box's side stands out"
    contrast = drawn[100:250, 390:].max() - np.median(drawn[110:240, 395:400])
    assert contrast > 150, "letters on their paper"


def bar_lengths(scores: Scores, letter: float = 30) -> dict[str, int]:
    sheet = card(scores.best, scores, letter)
    picture = np.zeros((sheet.height, sheet.width, 3), np.uint8)
    sheet.lay(picture, 0, 0)
    # Below the title, whose letters have the same colours.
    below = picture[round(3 * letter) :]
    return {label: int(near(below, colour_of(label, EMOTIONS), 12).sum(axis=1).max()) for label in EMOTIONS}


def test_bars_are_as_long_as_probabilities_are_large():
    values = (0.40, 0.20, 0.10, 0.05, 0.15, 0.08, 0.02)
    lengths = bar_lengths(Scores(EMOTIONS, values))
    whole = lengths["angry"] / 0.40
    for label, value in zip(EMOTIONS, values, strict=True):
        assert lengths[label] == pytest.approx(value * whole, abs=6), label


def test_what_is_uncertain_and_what_was_rejected_have_dashes(photo, face):
    for one in (face(230, 100, 150, "sad", 0.3), face(230, 100, 150, None)):
        drawn = draw(photo(640, 480), [one], THRESHOLD)
        side = near(drawn[100:250, 229:232], OTHER).any(axis=1)
        assert 0.3 < side.mean() < 0.75


def test_a_window_that_was_rejected_gets_no_bars(photo, face):
    drawn = draw(photo(640, 480), [face(230, 150, 150, None)], THRESHOLD)
    assert near(drawn, PAPER, 60).sum() < 9000
    assert not any(near(drawn, colour_of(label, EMOTIONS), 12).sum() > 50 for label in EMOTIONS)


def test_many_faces_each_get_theirs_and_none_is_hidden(photo, face):
    faces = [face(40 + 330 * column, 40 + 240 * row, 110) for column in range(4) for row in range(3)]
    drawn = draw(photo(1400, 800), faces, THRESHOLD)
    for one in faces:
        x, y, side = one.box.x, one.box.y, one.box.width
        factor = drawn.shape[1] / 1400
        inside = drawn[round((y + 8) * factor) : round((y + side - 8) * factor)]
        inside = inside[:, round((x + 8) * factor) : round((x + side - 8) * factor)]
        assert (inside == 120).mean() > 0.95


def test_a_crowd_without_room_for_cards_gets_labels(photo, face):
    faces = [face(10 + 105 * column, 40 + 125 * row, 100) for column in range(6) for row in range(3)]
    drawn = draw(photo(640, 420), faces, THRESHOLD)
    assert near(drawn, PAPER, 60).sum() > 18 * 500
    middle = near(drawn[60:120], PAPER, 60).mean()
    assert middle < 0.3, "faces can still be seen"


def test_a_small_picture_is_enlarged_and_the_card_stands_beside_it(photo, face):
    drawn = draw(photo(48, 48), [face(0, 0, 48)], THRESHOLD, whole=True)
    assert drawn.shape[0] >= 240
    assert (drawn[:240, :240] == 120).all(), "nothing is written on a picture that is a face"
    assert drawn.shape[1] > drawn.shape[0] + 100


def test_a_portrait_that_fills_the_photo_gets_its_card_beside_it(photo, face):
    drawn = draw(photo(500, 500), [face(20, 20, 460)], THRESHOLD)
    assert drawn.shape[1] > 600
    assert (drawn[60:440, 60:440] == 120).all()


def test_a_photo_without_faces_stays_as_it_is(photo):
    before = photo(300, 200)
    assert (draw(before, [], THRESHOLD) == before).all()
    assert (draw(before, [], THRESHOLD, whole=True) == before).all()


def test_letters_can_be_read_on_every_size_of_photo():
    assert letters_of(150, 7) > LEAST
    for scores in (Scores(EMOTIONS, (1 / 7,) * 7),):
        small, large = card("uncertain", scores, LEAST), card("uncertain", scores, 10 * LEAST)
        assert large.width == pytest.approx(10 * small.width, rel=0.05)


def test_labels_of_a_foreign_model(photo):
    labels = ("ärgerlich", "zufrieden")
    one = Face(Box(230, 100, 150, 150), 0.9, Scores(labels, (0.3, 0.7)))
    assert draw(photo(640, 480), [one], 0.5).shape == (480, 640, 3)


FACES = st.builds(
    lambda x, y, side, rejected: Face(
        Box(x, y, side, side), 0.5, None if rejected else Scores(EMOTIONS, (0.94, *(0.01,) * 6))
    ),
    st.integers(0, 300),
    st.integers(0, 200),
    st.integers(1, 250),
    st.booleans(),
)


@settings(max_examples=25)
@given(st.integers(1, 320), st.integers(1, 240), st.lists(FACES, max_size=6), st.booleans())
def test_no_photo_and_no_face_is_too_odd(width, height, faces, whole):
    drawn = draw(np.full((height, width, 3), 99, np.uint8), faces, THRESHOLD, whole=whole)
    assert drawn.dtype == np.uint8
    assert drawn.shape[2] == 3
    assert max(drawn.shape[:2]) <= 4000
