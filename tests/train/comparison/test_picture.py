import cv2
import pytest

from train.comparison.picture import draw_comparison, front, plot_comparison
from train.report.drawing import to_svg


@pytest.fixture
def several(drawn):
    return [
        drawn("mini-xception", 0.6, 0.62, size=90_000),
        drawn("swish", 0.5, 0.60, size=850_000),
        drawn("blocks-5", 2.4, 0.66, size=2_700_000),
        drawn("blocks-6", 2.6, 0.655, size=3_700_000),
        drawn("vgg-like", 9.0, 0.658, size=2_200_000, epochs=10, published=50),
    ]


def test_the_front_is_what_nothing_faster_is_as_good_as(several):
    assert [one.path.name for one in front(several)] == ["swish", "mini-xception", "blocks-5"]


def test_of_equals_the_fastest_counts(drawn):
    assert [one.path.name for one in front([drawn("b", 2, 0.5), drawn("a", 1, 0.5)])] == ["a"]


def test_every_model_is_named_and_none_twice(several):
    svg = to_svg(draw_comparison(several))
    for one in several:
        assert svg.count(f">{one.path.name}<") == 1
    assert "fewer epochs than published" in svg
    assert "fewer epochs" not in to_svg(draw_comparison(several[:4]))


def test_a_recipe_that_is_there_once_is_named_without_its_folder_s_endings(drawn):
    shown = [drawn("swish-10-epochs", 0.5, 0.6, recipe="swish"), drawn("a", 1, 0.6), drawn("b", 2, 0.7)]
    svg = to_svg(draw_comparison(shown))
    assert all(f">{name}<" in svg for name in ("swish", "a", "b"))


def test_marks_that_lie_on_each_other_are_named_all_the_same(drawn):
    svg = to_svg(draw_comparison([drawn(f"model-{number}", 1.0, 0.6) for number in range(9)]))
    assert all(f">model-{number}<" in svg for number in range(9))


def test_it_takes_two_with_a_time(several, contender, tmp_path):
    path = tmp_path / "c.png"
    assert not plot_comparison([several[0], contender("no int8", 0.7)], path)
    assert not path.exists()
    assert plot_comparison([*several, contender("no int8", 0.7)], path)
    assert cv2.imread(str(path)).std() > 5
