"""Settings, as options and as the axes of a sweep."""

import argparse
from dataclasses import fields
from pathlib import Path

import pytest

from edge.tools.bench.settings import FLAGS, Axis, Settings, axis, combinations, read_flag


def refusal(text: str) -> str:
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        axis(text)
    return str(caught.value)


def test_every_setting_has_its_option():
    assert [field.name for field in fields(Settings)] == list(FLAGS)


def test_axes():
    assert axis("threads=1,2,4") == Axis("threads", (1, 2, 4))
    assert axis("size=320x240, 640x480") == Axis("size", ((320, 240), (640, 480)))
    assert axis("search-every=0,0.4") == Axis("search_every", (0.0, 0.4))
    assert axis("models=a,b") == Axis("models", (Path("a"), Path("b")))


@pytest.mark.parametrize("text", ["threads", "threads=", "=1", "threads=1,,2", "threads=0", "threads=x", "size=3x"])
def test_what_is_no_axis_is_refused(text):
    assert refusal(text)


def test_an_unknown_setting_is_refused_with_the_nearest():
    assert "did you mean threads?" in refusal("thread=1")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("scale_factor", "1"),
        ("scale_factor", "nan"),
        ("search_every", "-1"),
        ("search_every", "nan"),
        ("size", "640"),
        ("size", "640x0"),
        ("frames", "1.5"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name, text):
    with pytest.raises(argparse.ArgumentTypeError, match=name.replace("_", "-")):
        read_flag(name, text)


def test_the_product_with_the_last_axis_fastest():
    found = combinations(Settings(source="0"), [axis("threads=1,2"), axis("size=320x240,640x480")])
    assert [name for name, _ in found] == [
        "threads=1 size=320x240",
        "threads=1 size=640x480",
        "threads=2 size=320x240",
        "threads=2 size=640x480",
    ]
    assert found[2][1] == Settings(source="0", threads=2, size=(320, 240))


def test_a_password_is_in_what_is_measured_and_not_in_what_is_told():
    camera = "rtsp://joe:s3cret@camera/1"
    ((name, settings),) = combinations(Settings(), [axis(f"source={camera}")])
    assert settings.source == camera
    assert f"--source={camera}" in settings.arguments()
    assert name == "source=rtsp://***@camera/1"
    assert settings.plain()["source"] == "rtsp://***@camera/1"


def test_arguments_give_the_same_settings_again():
    settings = Settings("rtsp://a/b", Path("m"), 3, (640, 480), 640, 0.5, 30, 1.1, 4, 7)
    given = dict(argument.removeprefix("--").split("=", 1) for argument in settings.arguments())
    assert Settings(**{name: read_flag(name, given[name.replace("_", "-")]) for name in FLAGS}) == settings
    assert "--size" not in " ".join(Settings().arguments())
