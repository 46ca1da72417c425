import cv2
import numpy as np
import pytest

from train.metrics import measure
from train.report.confusion import draw_confusion, plot_confusion
from train.report.drawing import to_svg

LABELS = ("a", "b", "c")


@pytest.fixture
def measured():
    """Three of a, one of them taken for b; one of b, right; none of c."""
    return measure(np.eye(3)[[0, 0, 1, 1]], np.array([0, 0, 0, 1]), LABELS)


def cells(figure) -> list[list[str]]:
    said = [text.get_text() for text in figure.axes[0].texts]
    return [said[row * 3 : row * 3 + 3] for row in range(3)]


def test_counts_and_rates(measured):
    assert cells(draw_confusion(measured, "counts", "")) == [["2", "1", "0"], ["0", "1", "0"], ["0", "0", "0"]]
    rates = [["67%", "33%", "0%"], ["0%", "100%", "0%"], ["0%", "0%", "0%"]]
    assert cells(draw_confusion(measured, "rates", "")) == rates
    assert cells(draw_confusion(measured, "both", ""))[0] == ["67%\n2", "33%\n1", "0%\n0"]


def test_true_labels_run_down_and_given_ones_across(measured):
    axes = draw_confusion(measured, "counts", "title").axes[0]
    assert (axes.get_ylabel(), axes.get_xlabel(), axes.get_title()) == ("true", "given", "title")
    assert axes.yaxis_inverted()
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(LABELS)


def test_cells_are_as_opaque_as_their_rate(measured):
    axes = draw_confusion(measured, "rates", "").axes[0]
    shares = axes.collections[0].get_array()[..., 3] / 0.85
    np.testing.assert_allclose(shares, [[2 / 3, 1 / 3, 0], [0, 1, 0], [0, 0, 0]], atol=1e-6)
    assert to_svg(axes.figure)


def test_the_file(tmp_path, measured):
    plot_confusion(measured, "run, test", tmp_path / "confusion.png")
    assert cv2.imread(str(tmp_path / "confusion.png")) is not None
