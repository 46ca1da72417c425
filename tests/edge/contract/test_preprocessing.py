import hashlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import InputError
from edge.contract.preprocessing import face_crop, to_grey, whole
from edge.contract.records import Box


def scene(height: int = 120, width: int = 160) -> np.ndarray:
    """A picture with edges and slopes in all directions, the same on every machine."""
    y, x = np.mgrid[0:height, 0:width]
    return ((x * 3 + y * 5 + (x * y) // 7 + 90 * ((x // 16 + y // 12) % 2)) % 256).astype(np.uint8)


def padded(grey: np.ndarray, box: Box, margin: int = 400) -> np.ndarray:
    """The crop before it is resized, by another way than the code's."""
    wide = np.pad(grey, margin, mode="edge")
    return wide[box.y + margin : box.y + margin + box.height, box.x + margin : box.x + margin + box.width]


class TestToGrey:
    @pytest.mark.parametrize(("bgr", "grey"), [((255, 0, 0), 29), ((0, 255, 0), 150), ((0, 0, 255), 76)])
    def test_colours_are_bgr_weighted_as_the_eye_does(self, bgr, grey):
        assert to_grey(np.array([[bgr]], np.uint8)).tolist() == [[grey]]

    def test_alpha_changes_nothing(self):
        colour = np.random.default_rng(1).integers(0, 256, (9, 11, 3), np.uint8)
        for alpha in (0, 128, 255):
            with_alpha = np.dstack([colour, np.full((9, 11), alpha, np.uint8)])
            np.testing.assert_array_equal(to_grey(with_alpha), to_grey(colour))

    @pytest.mark.parametrize("shape", [(1, 1), (1, 1, 1), (5, 7), (5, 7, 1)])
    def test_grey_stays_as_it_is(self, shape):
        image = np.random.default_rng(2).integers(0, 256, shape, np.uint8)
        grey = to_grey(image)
        assert grey.dtype == np.uint8
        np.testing.assert_array_equal(grey, image.reshape(shape[:2]))

    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_sixteen_bits_give_what_eight_give(self, channels):
        image = np.random.default_rng(3).integers(0, 256, (6, 8, channels), np.uint8)
        np.testing.assert_array_equal(to_grey(image.astype(np.uint16) * 257), to_grey(image))

    @pytest.mark.parametrize("channels", [1, 3, 4])
    @pytest.mark.parametrize(
        "view", [lambda i: i[::-1], lambda i: i[:, ::-1], lambda i: i[::2, ::3], lambda i: i.swapaxes(0, 1)]
    )
    def test_views_give_what_their_copies_give(self, channels, view):
        image = view(np.random.default_rng(4).integers(0, 256, (12, 10, channels), np.uint8))
        grey = to_grey(image)
        assert grey.flags.c_contiguous
        np.testing.assert_array_equal(grey, to_grey(image.copy()))

    @pytest.mark.parametrize(
        "image",
        [
            np.zeros((4, 4), np.float32),
            np.zeros((4, 4), np.int32),
            np.zeros((4, 4), bool),
            np.zeros((0, 4), np.uint8),
            np.zeros((4, 0, 3), np.uint8),
            np.zeros(16, np.uint8),
            np.zeros((2, 4, 4, 3), np.uint8),
            np.zeros((4, 4, 2), np.uint8),
            np.zeros((4, 4, 5), np.uint8),
        ],
        ids=lambda image: f"{image.dtype} {image.shape}",
    )
    def test_anything_else_is_refused(self, image):
        with pytest.raises(InputError, match="not a picture"):
            to_grey(image)


class TestFaceCrop:
    BOXES = (
        Box(20, 30, 48, 48),
        Box(-10, 30, 48, 48),
        Box(20, -40, 48, 48),
        Box(130, 30, 48, 48),
        Box(20, 100, 48, 48),
        Box(-47, -47, 48, 48),
        Box(159, 119, 48, 48),
        Box(-47, 119, 48, 48),
        Box(159, -47, 48, 48),
    )

    @pytest.mark.parametrize("box", BOXES)
    def test_a_box_of_the_right_size_is_cut_without_any_change(self, box):
        crop = face_crop(scene(), box, (48, 48))
        assert crop.flags.c_contiguous
        np.testing.assert_array_equal(crop, padded(scene(), box))

    def test_a_box_around_the_whole_picture_and_more(self):
        box = Box(-20, -40, 200, 200)
        np.testing.assert_array_equal(face_crop(scene(), box, (200, 200)), padded(scene(), box))

    def test_the_result_is_never_a_view_of_the_frame(self):
        frame = scene(48, 48)
        crop = whole(frame, (48, 48))
        crop[:] = 0
        np.testing.assert_array_equal(frame, scene(48, 48))

    def test_shrinking_to_a_half_averages(self):
        box = Box(7, 9, 96, 96)
        blocks = padded(scene(), box).reshape(48, 2, 48, 2).astype(int).sum(axis=(1, 3))
        np.testing.assert_array_equal(face_crop(scene(), box, (48, 48)), (blocks + 2) // 4)

    @pytest.mark.parametrize("side", [96, 97, 100, 160, 161, 202, 331, 400, 1000])
    def test_a_large_face_is_averaged_nearly_as_in_one_step(self, side):
        """Of soft shades: where a line is as thin as a pixel, the ways share it out otherwise."""
        soft = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (side, side), np.uint8), (0, 0), side / 24)
        soft = cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX)
        apart = cv2.absdiff(whole(soft, (48, 48)), cv2.resize(soft, (48, 48), interpolation=cv2.INTER_AREA))
        assert apart.max() <= (6 if side % 2 == 0 else 0)
        assert apart.mean() <= 1.5

    def test_size_is_height_then_width(self):
        assert face_crop(scene(), Box(0, 0, 100, 100), (32, 48)).shape == (32, 48)

    def test_top_stays_top_and_left_stays_left(self):
        grey = np.zeros((80, 80), np.uint8)
        grey[:40, :40] = 255
        crop = whole(grey, (48, 48))
        assert crop[:24, :24].min() == 255
        assert crop[24:].max() == crop[:, 24:].max() == 0

    @pytest.mark.parametrize("box", [(0, 0, 48), (-9, -9, 40), (5, 5, 100), (100, 70, 90)])
    def test_an_even_picture_stays_even(self, box):
        x, y, side = box
        crop = face_crop(np.full((120, 160), 77, np.uint8), Box(x, y, side, side), (48, 48))
        assert (crop == 77).all()

    def test_a_single_pixel_fills_the_face(self):
        assert (face_crop(scene(), Box(3, 4, 1, 1), (48, 48)) == scene()[4, 3]).all()
        assert (whole(np.full((1, 1), 9, np.uint8), (48, 48)) == 9).all()

    @pytest.mark.parametrize(
        "box",
        [
            Box(160, 0, 48, 48),
            Box(0, 120, 48, 48),
            Box(-48, 0, 48, 48),
            Box(0, -48, 48, 48),
            Box(10, 10, 0, 48),
            Box(10, 10, 48, 0),
            Box(10, 10, -5, 48),
        ],
    )
    def test_a_box_without_a_pixel_is_refused(self, box):
        with pytest.raises(InputError, match="outside a picture of 160x120"):
            face_crop(scene(), box, (48, 48))

    @given(
        x=st.integers(-60, 100),
        y=st.integers(-60, 80),
        width=st.integers(1, 120),
        height=st.integers(1, 120),
        size=st.sampled_from([(48, 48), (32, 40), (1, 1)]),
    )
    def test_any_box_that_touches_the_picture(self, x, y, width, height, size):
        grey, box = scene(80, 100), Box(x, y, width, height)
        if x >= 100 or y >= 80 or x + width <= 0 or y + height <= 0:
            with pytest.raises(InputError):
                face_crop(grey, box, size)
            return
        crop, source = face_crop(grey, box, size), padded(grey, box)
        assert crop.shape == size
        assert crop.dtype == np.uint8
        assert source.min() <= crop.min()
        assert crop.max() <= source.max()
        np.testing.assert_array_equal(face_crop(grey, box, source.shape), source)


class TestGolden:
    """Fixed pictures with fixed results: training and edge cannot drift apart, nor one machine from another."""

    def test_shrunk(self):
        crop = face_crop(scene(), Box(30, 20, 90, 90), (48, 48))
        assert (
            hashlib.sha256(crop.tobytes()).hexdigest()
            == "4ced0bf58125470f7954db75050f83e81cc1bcf4e95a2ecec656e24208412639"
        )

    def test_enlarged_over_the_edge(self):
        """Where x86-64 and aarch64 round otherwise, by a level or two; INTER_LINEAR_EXACT is the same everywhere."""
        box = Box(-6, 95, 31, 31)
        exact = cv2.resize(padded(scene(), box), (48, 48), interpolation=cv2.INTER_LINEAR_EXACT)
        assert (
            hashlib.sha256(exact.tobytes()).hexdigest()
            == "059df7acd80ef5fa01b85b99dee09f999da4c47a0fd1e1bcad2f58f967aa8a71"
        )
        assert cv2.absdiff(face_crop(scene(), box, (48, 48)), exact).max() <= 2

    def test_a_few_pixels(self):
        assert face_crop(scene(), Box(31, 22, 50, 50), (4, 4)).tolist() == [
            [158, 132, 136, 146],
            [128, 153, 146, 150],
            [149, 144, 151, 120],
            [122, 158, 120, 113],
        ]

    def test_colour(self):
        image = np.dstack([scene(), scene()[::-1], scene()[:, ::-1]])
        assert (
            hashlib.sha256(to_grey(image).tobytes()).hexdigest()
            == "0a6d7df0ca692dc4c868c9e5bddb036d1b73f779067a375482d10767545567ac"
        )
