import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.augment import Augmentation, augment
from train.recipes import SHIPPED

EVERYTHING = SHIPPED["emotion"].augmentation


def faces(count: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 48, 48), np.uint8)


def smooth(count: int = 1) -> np.ndarray:
    """Pictures whose brightness rises to the right and falls downwards, by 2 and by 1 a pixel."""
    y, x = np.mgrid[0:48, 0:48]
    return np.repeat((100 + 2 * x - y)[None], count, axis=0).astype(np.uint8)


def change(pixels: np.ndarray, seed: int = 0, **how) -> np.ndarray:
    return augment(pixels, Augmentation(**how), np.random.default_rng(seed))


def test_nothing_asked_changes_nothing():
    found = change(faces())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, faces(), atol=1e-3)


@pytest.mark.parametrize("count", [1, 2, 64])
def test_shape_type_and_range(count):
    found = augment(faces(count), EVERYTHING, np.random.default_rng(1))
    assert found.shape == (count, 48, 48)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 255
    assert np.isfinite(found).all()


def test_the_pictures_that_came_in_are_left_alone():
    pixels = faces()
    augment(pixels, EVERYTHING, np.random.default_rng(1))
    np.testing.assert_array_equal(pixels, faces())


def test_the_seed_decides():
    one, again, other = (augment(faces(), EVERYTHING, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).mean() > 0.9


def test_each_picture_changes_in_its_own_way():
    same = np.repeat(smooth(), 8, axis=0)
    found = change(same, shift=0.1, light=0.1)
    assert len({picture.tobytes() for picture in found}) == 8


def test_flip_mirrors_left_and_right():
    np.testing.assert_allclose(change(faces(), flip=1.0), faces()[:, :, ::-1], atol=1e-3)


def test_flip_is_a_probability():
    found = change(np.repeat(smooth(), 400, axis=0), flip=0.25)
    mirrored = found[:, 24, 0] > found[:, 24, 47]
    assert 0.18 < mirrored.mean() < 0.32


@given(seed=st.integers(0, 50), shift=st.floats(0.01, 0.2))
def test_shift_moves_the_whole_picture_by_at_most_its_share(seed, shift):
    moved = change(smooth(), seed, shift=shift)[0] - smooth()[0].astype(np.float32)
    inner = moved[12:-12, 12:-12]
    np.testing.assert_allclose(inner, inner[0, 0], atol=0.01)  # the same everywhere, away from the edges
    assert abs(inner[0, 0]) <= 3 * shift * 48 + 0.01


def test_shift_goes_across_and_down_independently():
    found = change(np.repeat(smooth(), 300, axis=0), shift=0.1)
    by = found[:, 24, 24] - 124.0  # 2 * across - down, each evenly within 4.8
    assert by.max() > 11
    assert by.min() < -11


def test_scale_zooms_about_the_centre():
    found = change(np.repeat(smooth(), 200, axis=0), scale=0.25)
    slope = (found[:, 24, 30] - found[:, 24, 18]) / 12
    assert 2 / 1.25 - 0.01 <= slope.min() < 1.7
    assert 2.35 < slope.max() <= 2 * 1.25 + 0.01
    np.testing.assert_allclose(found[:, 23:25, 23:25].mean(axis=(1, 2)), 123.5, atol=0.6)


def test_rotation_turns_about_the_centre():
    found = change(np.repeat(smooth(), 200, axis=0), rotation=20)
    across = (found[:, 24, 30] - found[:, 24, 18]) / 12
    down = (found[:, 30, 24] - found[:, 18, 24]) / 12
    np.testing.assert_allclose(np.hypot(across, down), np.hypot(2, 1), atol=0.02)  # turned, not stretched
    angle = np.degrees(np.arctan2(down, across)) - np.degrees(np.arctan2(-1, 2))
    assert -20.1 < angle.min() < -17
    assert 17 < angle.max() < 20.1


def test_the_edge_is_repeated_not_black():
    assert change(np.full((50, 48, 48), 90, np.uint8), shift=0.3, rotation=30, scale=0.3) == pytest.approx(90, abs=0.01)


def test_light_moves_every_pixel_alike():
    found = change(np.repeat(smooth(), 200, axis=0), light=0.2) - smooth().astype(np.float32)
    np.testing.assert_allclose(found, found[:, :1, :1] * np.ones_like(found), atol=0.01)
    assert 40 < found.max() <= 51.01
    assert -51.01 <= found.min() < -40


def test_contrast_keeps_the_mean():
    pixels = np.repeat(smooth(), 200, axis=0)
    found = change(pixels, contrast=0.5)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), pixels.mean(axis=(1, 2)), atol=0.05)
    spread = found.std(axis=(1, 2)) / pixels[0].std()
    assert 1 / 1.5 - 0.01 <= spread.min() < 0.75
    assert 1.35 < spread.max() <= 1.51


@pytest.mark.parametrize("coarsest", [8, 24, 47])
def test_coarse_loses_detail_and_nothing_else(coarsest):
    found = change(faces(40), coarse=1.0, coarsest=coarsest)
    assert np.abs(np.diff(found, axis=2)).mean() < np.abs(np.diff(faces(40).astype(float), axis=2)).mean()
    np.testing.assert_allclose(found.mean(axis=(1, 2)), faces(40).mean(axis=(1, 2)), atol=3)
    slope = change(smooth(), coarse=1.0, coarsest=coarsest)[0, 8:-8, 8:-8]
    np.testing.assert_allclose(slope, smooth()[0, 8:-8, 8:-8], atol=0.5)
    np.testing.assert_allclose(change(np.full((2, 48, 48), 200, np.uint8), coarse=1.0), 200, atol=0.01)


def test_coarse_to_a_half_averages_pairs():
    from train.augment import _resampling

    halves = _resampling(48, 24) @ np.arange(48, dtype=np.float32)
    np.testing.assert_allclose(halves[1:-1], np.arange(1, 47), atol=1e-4)
    np.testing.assert_allclose(_resampling(48, 24).sum(axis=1), 1, atol=1e-6)
    impulse = _resampling(48, 24)[:, 20]
    np.testing.assert_allclose(impulse[19:23], [0.125, 0.375, 0.375, 0.125], atol=1e-6)


def test_noise_has_no_mean_and_its_stated_deviation():
    found = change(np.full((300, 48, 48), 128, np.uint8), noise=1.0) - 128
    assert abs(found.mean()) < 0.1
    deviations = found.std(axis=(1, 2))
    assert 1.9 < deviations.min() < 2.8
    assert 11.2 < deviations.max() < 12.4


def test_erase_covers_one_rectangle_with_one_grey():
    pixels = faces(60, seed=2)
    found = change(pixels, erase=1.0)
    for before, after in zip(pixels, found, strict=True):
        rows, columns = np.nonzero(np.abs(after - before) > 0.01)
        covered = after[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert covered.std() < 0.01
        assert rows.max() - rows.min() + 2 >= 6
        assert rows.max() - rows.min() + 1 < 24
        assert columns.max() - columns.min() + 1 < 24


@pytest.mark.parametrize("name", ["noise", "erase", "coarse"])
def test_the_rest_are_probabilities_for_one_picture(name):
    pixels = faces(400)
    touched = (np.abs(change(pixels, **{name: 0.3}) - pixels) > 0.01).any(axis=(1, 2))
    assert 0.22 < touched.mean() < 0.38


@pytest.mark.parametrize("recipe", SHIPPED)
def test_every_recipe_can_be_done(recipe):
    how = SHIPPED[recipe].augmentation
    assert dataclasses.asdict(how) != dataclasses.asdict(Augmentation())
    assert np.isfinite(augment(faces(3), how, np.random.default_rng(0))).all()


class TestCompress:
    def test_it_loses_what_jpeg_loses(self):
        """The finest detail, and neither light nor whole grey levels."""
        found, before = change(faces(8), compress=1.0), faces(8).astype(float)
        difference = np.abs(found - before).mean(axis=(1, 2))
        assert (difference > 1).all()
        assert (difference < 40).all()
        np.testing.assert_allclose(found.mean(axis=(1, 2)), before.mean(axis=(1, 2)), atol=4)
        assert (found == np.round(found)).all()

    def test_a_smooth_picture_hardly_changes(self):
        np.testing.assert_allclose(change(smooth(4), compress=1.0), smooth(4), atol=12)

    def test_the_share_decides_how_many(self):
        changed = (change(faces(400), compress=0.25) != faces(400)).any(axis=(1, 2)).mean()
        assert 0.18 < changed < 0.33


def test_faded_keeps_what_has_no_strength():
    faded = EVERYTHING.faded(0.5)
    assert (faded.flip, faded.coarsest) == (EVERYTHING.flip, EVERYTHING.coarsest)
    assert faded.rotation == EVERYTHING.rotation / 2
    assert faded.erase == EVERYTHING.erase / 2
    assert EVERYTHING.faded(1.0) == EVERYTHING
    np.testing.assert_allclose(
        augment(faces(), Augmentation(light=0.5).faded(0), np.random.default_rng(1)), faces(), atol=1e-3
    )
