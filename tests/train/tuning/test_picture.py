import itertools

import cv2
from matplotlib.backends.backend_agg import FigureCanvasAgg

from train.report.drawing import to_svg
from train.tuning.picture import draw_tuning, plot_tuning
from train.tuning.space import SPACE


def test_it_says_what_mattered(tried):
    svg = to_svg(draw_tuning(tried, {"rate": 0.71, "activation": 0.2}))
    for said in (*SPACE, "71 %", "20 %", "swish", "64"):
        assert f">{said}<" in svg


def test_a_single_trial_tells_nothing_yet(tried):
    svg = to_svg(draw_tuning(tried[:1], {}))
    assert "not enough trials to tell" in svg


def test_it_is_written(tried, tmp_path):
    plot_tuning(tried, {"rate": 0.71}, tmp_path / "tuning.png")
    assert cv2.imread(str(tmp_path / "tuning.png")).std() > 5


def test_each_axis_shows_the_whole_space_with_labels_that_do_not_overlap(tried):
    figure = draw_tuning(tried, {})
    canvas, seen = FigureCanvasAgg(figure), set()
    canvas.draw()
    for axes in (axes for part in figure.subfigs for axes in part.axes if axes.get_xlabel()):
        low, high = axes.get_xlim()
        if not SPACE[axes.get_xlabel()].values:
            least, most = SPACE[axes.get_xlabel()].bounds
            assert low < least < most < high
        ticks = [*axes.xaxis.get_ticklabels(), *axes.xaxis.get_ticklabels(minor=True)]
        shown = [tick.get_window_extent(canvas.get_renderer()) for tick in ticks if tick.get_text()]
        shown = sorted((box for box in shown if axes.bbox.x0 - 30 < box.x0 < axes.bbox.x1), key=lambda box: box.x0)
        assert len(shown) >= 2
        assert all(left.x1 < right.x0 for left, right in itertools.pairwise(shown)), axes.get_xlabel()
        seen.add(axes.get_xlabel())
    assert seen == set(SPACE)
