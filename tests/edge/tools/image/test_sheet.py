"""What is drawn covers exactly what it says, and letters stay inside their measures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tools.image.palette import INK
from edge.tools.image.sheet import Sheet, text_width


def laid(sheet: Sheet, x: int = 0, y: int = 0, size: tuple[int, int] = (80, 200), light: int = 7) -> np.ndarray:
    photo = np.full((*size, 3), light, np.uint8)
    sheet.lay(photo, x, y)
    return photo


def test_an_empty_sheet_covers_nothing():
    assert (laid(Sheet(50, 30)) == 7).all()


def test_a_block_covers_its_place_alone_and_lets_through_what_it_should():
    sheet = Sheet(60, 40)
    sheet.block(10, 10, 40, 20, (200, 200, 200), 0.5)
    photo = laid(sheet, light=100)
    assert (photo[20, 30] == 150).all()
    assert (photo[5, 30] == 100).all()
    assert (photo[10, 10] < 130).all(), "its corners are round"


def test_a_block_without_width_is_none():
    sheet = Sheet(60, 40)
    sheet.block(10, 10, 0, 20, (200, 200, 200))
    assert (laid(sheet) == 7).all()


@given(st.text(max_size=15), st.floats(7, 40))
def test_text_is_as_wide_as_it_says(text, letter):
    wide = text_width(text, letter)
    sheet = Sheet(wide + 40, 4 * letter)
    sheet.text(20, 2.5 * letter, text, letter, INK)
    photo = laid(sheet, size=(sheet.height, sheet.width), light=0)
    columns = np.flatnonzero(photo.max(axis=(0, 2)) > 60)
    if columns.size:
        assert columns[0] >= 20 - 0.3 * letter
        assert columns[-1] <= 20 + wide + 0.3 * letter


def test_text_may_end_at_a_place():
    sheet = Sheet(200, 40)
    sheet.text(180, 30, "100%", 12, INK, right=True)
    columns = np.flatnonzero(laid(sheet, light=0).max(axis=(0, 2)) > 60)
    assert 174 <= columns[-1] <= 182


@pytest.mark.parametrize(("x", "y"), [(-20, -10), (180, 70), (-500, 0), (0, 500)])
def test_what_lies_outside_the_photo_is_left_out(x, y):
    sheet = Sheet(60, 40)
    sheet.block(0, 0, 60, 40, INK)
    laid(sheet, x, y)
