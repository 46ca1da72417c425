import cv2

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
