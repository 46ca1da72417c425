import os
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from edge.contract.paths import identity, is_file, is_nameable
from tests.closed import closed_folder


@pytest.mark.parametrize(("name", "good"), [(b"a.mp4", True), ("für/é.mp4".encode(), True), (b"caf\xe9/a.mp4", False)])
def test_names_that_opencv_can_be_given(name, good):
    assert is_nameable(Path(os.fsdecode(name))) is good


def test_whether_there_is_a_file(tmp_path):
    (tmp_path / "a").touch()
    assert is_file(tmp_path / "a", InputError)
    assert not is_file(tmp_path, InputError)
    assert not is_file(tmp_path / "b", InputError)
    assert not is_file(tmp_path / "a" / "b", InputError)


def test_what_may_not_be_looked_at_is_no_missing_file(tmp_path):
    with (
        closed_folder(tmp_path) as closed,
        pytest.raises(InputError, match=r"^closed/a: cannot be read \(Permission denied\)$"),
    ):
        is_file(closed / "a", InputError)


def test_a_file_is_the_same_by_all_its_names(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).touch()
    (tmp_path / "hard").hardlink_to(tmp_path / "a")
    (tmp_path / "soft").symlink_to("a")
    assert identity(tmp_path / "a") == identity(tmp_path / "hard") == identity(tmp_path / "soft")
    assert identity(tmp_path / "a") != identity(tmp_path / "b")
    assert identity(tmp_path / "none") is None
