"""Where a profile lies, and that only a profile is ever deleted."""

import os
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError, OutputError
from edge.contract.profile import Profile, save_profile
from edge.tools.calibrate import place
from edge.tools.calibrate.place import check_writable, default_place, forget
from tests.closed import closed_folder


@pytest.fixture
def own(tmp_path) -> Path:
    path = tmp_path / "me.json"
    save_profile(Profile("ab" * 32, ("happy", "sad"), np.zeros(2)), path)
    return path


def test_the_service_keeps_it_in_its_state_directory():
    found = default_place({"STATE_DIRECTORY": "/var/lib/emotion-edge:/var/lib/more", "XDG_STATE_HOME": "/x"})
    assert found == Path("/var/lib/emotion-edge/profile.json")


def test_a_user_keeps_it_among_their_own_state():
    assert default_place({"XDG_STATE_HOME": "/x"}) == Path("/x/emotion-edge/profile.json")
    home = Path.home() / ".local" / "state" / "emotion-edge" / "profile.json"
    assert default_place({}) == home
    assert default_place({"XDG_STATE_HOME": "relative"}) == home, "as the specification says"


def test_it_is_forgotten(own):
    assert forget(own) == own
    assert not own.exists()
    with pytest.raises(InputError, match="no such file; nothing was deleted"):
        forget(own)


def test_the_usual_one_is_forgotten(own, monkeypatch):
    monkeypatch.setattr(place, "default_place", lambda: own)
    assert forget(None) == own
    assert forget(None) is None, "and twice does no harm"


def test_the_usual_place_may_hold_something_else(own, monkeypatch):
    monkeypatch.setattr(place, "default_place", lambda: own)
    own.write_text("diary")
    with pytest.raises(InputError, match="not a profile; nothing was deleted"):
        forget(None)
    assert own.exists()


@pytest.mark.parametrize("content", ["", "{}", '{"version": 1}', "diary"])
def test_what_is_no_profile_is_left_alone(tmp_path, content):
    path = tmp_path / "diary.txt"
    path.write_text(content)
    with pytest.raises(InputError, match="not a profile; nothing was deleted"):
        forget(path)
    assert path.exists()


def test_a_folder_is_left_alone(tmp_path):
    with pytest.raises(InputError, match="nothing was deleted"):
        forget(tmp_path)


def test_a_place_is_checked_before_somebody_poses(tmp_path):
    check_writable(tmp_path / "new" / "me.json")
    assert (tmp_path / "new").is_dir()
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file" / "me.json", tmp_path / "new"):
        with pytest.raises(OutputError, match="--out"):
            check_writable(wrong)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="--out"):
        check_writable(tmp_path / "me.json")


def test_a_folder_that_may_not_be_looked_into(tmp_path):
    with closed_folder(tmp_path) as closed:
        for place in (closed / "me.json", closed / "new" / "me.json"):
            with pytest.raises(
                OutputError, match=r"cannot be written \(Permission denied\); name another file with --out"
            ):
                check_writable(place)
        with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
            forget(closed / "me.json")
