import cv2
import numpy as np
import pytest

from train.report.drawing import to_svg
from train.report.training import (
    draw_accuracy,
    draw_accuracy_violins,
    draw_curves,
    draw_loss,
    draw_loss_violin,
    plot_curves,
)


def test_curves_hold_the_figures_and_the_kept_epoch(history):
    figure = draw_curves(history)
    loss, accuracy = figure.axes
    assert loss.lines[0].get_xydata().tolist() == [[1, 1.9], [2, 1.5], [3, 1.2]]
    training, validation, macro_f1, kept = (line.get_ydata() for line in accuracy.lines)
    np.testing.assert_allclose(training, [30, 50, 60])
    np.testing.assert_allclose(validation, [40, 62, 60])
    np.testing.assert_allclose(macro_f1, [30, 50, 51])
    np.testing.assert_allclose(kept, [62])
    assert [text.get_text() for text in figure.legends[0].texts][-1] == "kept: 62.0%"
    assert draw_loss(history).axes[0].lines[0].get_ydata().tolist() == [1.9, 1.5, 1.2]
    np.testing.assert_allclose(draw_accuracy(history).axes[0].lines[1].get_ydata(), [40, 62, 60])


def test_several_outputs_have_a_line_each(history_of_two):
    axes = draw_accuracy(history_of_two).axes[0]
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert list(drawn) == [
        "training (augmented), logits",
        "validation, logits",
        "validation, logits_fer2013",
        "validation, mean macro-F1",
        "kept: mean 62.0%",
    ]
    np.testing.assert_allclose(drawn["validation, logits"], [45, 67, 65])
    np.testing.assert_allclose(drawn["validation, logits_fer2013"], [35, 57, 55])
    violins = draw_accuracy_violins(history_of_two).axes[0]
    named = [tick.get_text().replace("\n", ", ") for tick in violins.get_xticklabels()]
    assert named == list(drawn)[:3]


@pytest.mark.parametrize("draw", [draw_accuracy, draw_curves])
def test_the_names_of_the_curves_cover_none(draw, history_of_two):
    figure = draw(history_of_two)
    figure.draw_without_rendering()
    names = figure.legends[0].get_window_extent()
    assert len(figure.legends[0].texts) == 5
    assert names.x0 >= 0
    assert names.x1 <= figure.bbox.x1
    for axes in figure.axes:
        assert not names.overlaps(axes.get_tightbbox())


def test_violins_span_the_figures(history):
    bodies = draw_accuracy_violins(history).axes[0].collections
    spans = [(body.get_datalim(body.axes.transData).y0, body.get_datalim(body.axes.transData).y1) for body in bodies]
    assert (pytest.approx(30), pytest.approx(60)) in spans
    assert (pytest.approx(40), pytest.approx(62)) in spans
    assert [tick.get_text() for tick in draw_loss_violin(history).axes[0].get_xticklabels()] == ["training (augmented)"]


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_short_training_is_drawn(history, epochs):
    for draw in (draw_curves, draw_loss_violin, draw_accuracy_violins):
        assert to_svg(draw(history[:epochs]))


def test_a_training_that_diverged_is_drawn(history):
    lost = [{**row, "loss": float("nan")} for row in history]
    axes = draw_loss_violin(lost).axes[0]
    assert not axes.collections
    assert to_svg(draw_curves(lost))


def test_the_file(tmp_path, history):
    plot_curves(history, tmp_path / "curves.png")
    assert cv2.imread(str(tmp_path / "curves.png")).shape == (528, 1200, 3)
