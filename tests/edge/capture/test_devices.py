import os

import pytest

from edge.capture.devices import camera_advice, camera_devices


@pytest.fixture
def dev(tmp_path):
    for name in ("video10", "video2", "video-codec", "null"):
        (tmp_path / name).touch()
    return tmp_path


def test_devices_are_in_the_order_of_their_numbers(dev):
    assert [path.name for path in camera_devices(dev)] == ["video2", "video10"]


def test_without_any_device_it_says_what_else_there_is(tmp_path):
    advice = camera_advice("0", tmp_path)
    assert f"there is no {tmp_path}/video*" in advice
    assert "--source picamera" in advice
    assert "--source demo" in advice


def test_a_wrong_number_is_told_which_exist(dev):
    assert camera_advice("9", dev) == f"there are {dev}/video2, {dev}/video10"


def test_one_that_is_there_may_be_in_use(dev):
    assert "in use by another program" in camera_advice("2", dev)
    assert f"fuser -v {dev}/video10" in camera_advice(f"{dev}/video10", dev)


def test_one_that_is_not_permitted_names_the_group(dev, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "usermod -aG video" in camera_advice("2", dev)
