import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edge.capture.view import View
from edge.contract.errors import ConfigurationError, InputError
from edge.contract.records import Box

greys = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9))
turns = st.sampled_from([0, 90, 180, 270])
flips = st.sampled_from([None, "horizontal", "vertical"])


@st.composite
def inside(draw, shape):
    x, y = draw(st.integers(0, shape[1] - 1)), draw(st.integers(0, shape[0] - 1))
    return Box(x, y, draw(st.integers(1, shape[1] - x)), draw(st.integers(1, shape[0] - y)))


@given(greys)
def test_without_wishes_the_picture_stays_as_it_is(grey):
    assert np.array_equal(View().apply(grey), grey)


@given(greys, turns)
def test_turning_is_clockwise(grey, degrees):
    assert np.array_equal(View(rotate=degrees).apply(grey), np.rot90(grey, -degrees // 90))


@given(greys, turns)
def test_turning_to_a_full_circle_changes_nothing(grey, degrees):
    assert np.array_equal(View(rotate=(360 - degrees) % 360).apply(View(rotate=degrees).apply(grey)), grey)


@given(greys)
def test_flips_are_a_mirror_beside_and_below(grey):
    assert np.array_equal(View(flip="horizontal").apply(grey), grey[:, ::-1])
    assert np.array_equal(View(flip="vertical").apply(grey), grey[::-1])


@given(greys, flips)
def test_flipping_twice_changes_nothing(grey, flip):
    view = View(flip=flip)
    assert np.array_equal(view.apply(view.apply(grey)), grey)


@given(greys, turns, flips, st.data())
def test_the_region_is_cut_out_of_what_is_seen_after_turning_and_flipping(grey, degrees, flip, data):
    whole = View(degrees, flip).apply(grey)
    region = data.draw(inside(whole.shape))
    part = View(degrees, flip, region).apply(grey)
    assert part.shape == (region.height, region.width)
    assert part.dtype == np.uint8
    assert np.array_equal(part, whole[region.y : region.y + region.height, region.x : region.x + region.width])


@given(greys, turns, flips)
def test_no_pixel_is_lost_or_made(grey, degrees, flip):
    before = grey.copy()
    after = View(degrees, flip).apply(grey)
    assert np.array_equal(np.sort(after, axis=None), np.sort(before, axis=None))
    assert np.array_equal(grey, before), "the picture that is given is left alone"


@given(greys, st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))
def test_a_region_that_reaches_out_is_refused_and_never_cut_short(grey, x, y, width, height):
    view = View(region=Box(x, y, width, height))
    if x + width <= grey.shape[1] and y + height <= grey.shape[0]:
        assert view.apply(grey).shape == (height, width)
    else:
        with pytest.raises(InputError, match=rf"{width}x{height}\+{x}\+{y} reaches out of a picture of"):
            view.apply(grey)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rotate": 45}, "rotate: 45 is not 0, 90, 180 or 270 degrees"),
        ({"rotate": -90}, "rotate: -90 is not"),
        ({"flip": "both"}, "flip: 'both' is neither horizontal nor vertical"),
        ({"region": Box(-1, 0, 5, 5)}, "region: 5x5.* has no area or a negative corner"),
        ({"region": Box(0, 0, 0, 5)}, "region: 0x5"),
    ],
)
def test_other_wishes_are_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        View(**settings)
