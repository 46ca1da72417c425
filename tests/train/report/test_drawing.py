import xml.etree.ElementTree as ElementTree

import cv2
import matplotlib
import pytest

from train.report.drawing import INK, legend_below, new_figure, save_png, styled, to_svg


@styled()
def drawn(label: str = "a"):
    figure, (axes,) = new_figure(3, 2)
    axes.plot([1, 2], [3, 4], "o-", label=label)
    axes.set(title=label)
    legend_below(figure)
    return figure


def test_a_drawing_needs_nothing_from_outside_and_takes_the_pages_colour():
    svg = to_svg(drawn())
    assert svg.startswith("<svg ")
    assert svg.endswith("</svg>")
    assert "http" not in svg
    assert "<style" not in svg
    assert INK not in svg
    assert "currentColor" in svg
    assert "#000000" not in svg
    assert "#ffffff" not in svg
    ElementTree.fromstring(svg)


def test_what_is_defined_is_what_is_used():
    root = ElementTree.fromstring(to_svg(drawn()))
    defined = {one.get("id") for one in root.iter() if one.get("id")}
    used = {one.get("href")[1:] for one in root.iter("use")}
    assert used
    assert used <= defined


@pytest.mark.parametrize("name", ["$x^$", "<b>&amp;</b>", 'a" onload="x', "快乐"])
def test_any_name_is_text(name):
    root = ElementTree.fromstring(to_svg(drawn(name)))
    assert [one.text for one in root.iter("text")].count(name) == 2  # title and legend
    assert "b" not in {one.tag for one in root.iter()}


def test_the_same_drawing_gives_the_same_bytes():
    assert to_svg(drawn()) == to_svg(drawn())


def test_the_look_stays_inside():
    before = dict(matplotlib.rcParams)
    to_svg(drawn())
    assert dict(matplotlib.rcParams) == before


def test_a_picture_is_on_white(tmp_path):
    save_png(drawn(), tmp_path / "a.png")
    picture = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
    assert picture[0, 0, :3].tolist() == [255, 255, 255]
    assert picture.min() < 100
