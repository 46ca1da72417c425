import pytest

from train.datasets.packed import is_litter


@pytest.mark.parametrize(
    "name", ["__MACOSX/a/._b.jpg", "a/._b.jpg", ".git/a.png", "a/.ipynb_checkpoints/b.png", ".DS_Store"]
)
def test_litter(name):
    assert is_litter(name)


@pytest.mark.parametrize("name", ["a/b.jpg", "a b/c.d.jpg", "__a__/b.jpg", "macosx/a.jpg", "./a.jpg"])
def test_data(name):
    assert not is_litter(name)
