import numpy as np

from train.datasets.textures import _KINDS, textures


def made(count: int, seed: int = 1) -> np.ndarray:
    return textures(count, (48, 40), np.random.default_rng(seed))


def test_pictures_of_the_size_asked_for():
    pictures = made(13)
    assert pictures.shape == (13, 48, 40)
    assert pictures.dtype == np.uint8


def test_the_seed_decides():
    np.testing.assert_array_equal(made(12), made(12))
    assert (made(12) != made(12, seed=2)).any(axis=(1, 2)).all()


def test_every_kind_is_there_and_differs_from_the_others():
    """Noise changes from pixel to pixel, slopes hardly; stripes and checks lie between."""
    pictures = made(60 * len(_KINDS)).astype(float)
    rough = np.abs(np.diff(pictures, axis=1)).mean(axis=(1, 2)).reshape(60, len(_KINDS)).mean(axis=0)
    noise, uniform, clouds, stripes, checks, slope = rough
    assert uniform > noise > clouds > slope
    assert stripes > slope
    assert checks > slope
