import numpy as np
import pytest

from edge.contract.errors import InputError
from train.baselines.features import hog, pixels


def test_pixels_are_0_to_1_row_by_row():
    pictures = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3) * 11
    found = pixels(pictures)
    assert found.shape == (2, 12)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[1], pictures[1].ravel() / 255, rtol=1e-6)


def test_hog_has_nine_directions_for_each_cell_of_each_block():
    pictures = np.random.default_rng(1).integers(0, 256, (3, 48, 48), np.uint8)
    found = hog(pictures)
    assert found.shape == (3, 900)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(hog(pictures[1:2])[0], found[1])


def test_hog_sees_edges_and_not_light():
    stripes = np.zeros((1, 48, 48), np.uint8)
    stripes[:, :, ::6] = 100
    lighter = stripes + 50
    np.testing.assert_allclose(hog(stripes), hog(lighter), atol=1e-4)
    turned = hog(stripes.transpose(0, 2, 1))
    assert np.abs(turned - hog(stripes)).max() > 0.1


def test_hog_needs_whole_cells():
    with pytest.raises(InputError, match="multiples of 8"):
        hog(np.zeros((1, 50, 48), np.uint8))
