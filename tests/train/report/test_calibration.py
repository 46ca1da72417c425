import numpy as np
import pytest

from train.confidence import reliability, risk_coverage
from train.report.calibration import draw_reliability, draw_risk_coverage

PROBABILITIES = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
TRUTH = np.array([0, 1, 0, 0])


def test_bars_stand_where_there_are_answers():
    upper, lower = draw_reliability(reliability(PROBABILITIES, TRUTH, bins=5)).axes
    # bins up to 0.6, 0.8 and 1.0 hold 0.6; 0.7 and 0.8; 0.9
    assert [bar.get_height() for bar in upper.patches] == [1, 0.5, 1]
    assert [bar.get_x() + bar.get_width() / 2 for bar in upper.patches] == pytest.approx([0.5, 0.7, 0.9])
    assert [bar.get_height() for bar in lower.patches] == [0, 0, 0.25, 0.5, 0.25]
    # distances 0.4, 0.25 twice and 0.1
    assert upper.get_title() == "Reliability, ECE 0.250"


def test_the_curve_and_the_threshold():
    figure = draw_risk_coverage(risk_coverage(PROBABILITIES, TRUTH), threshold=0.75)
    curve, whole, mark, _ = figure.axes[0].lines
    np.testing.assert_allclose(curve.get_xydata(), [[25, 0], [50, 50], [75, 100 / 3], [100, 25]])
    np.testing.assert_allclose(whole.get_xydata(), [[100, 25]])
    np.testing.assert_allclose(mark.get_xydata(), [[50, 50]])
    assert mark.get_label() == "threshold 0.75: 50% kept, 50.0% wrong"


def test_no_threshold_no_mark():
    assert len(draw_risk_coverage(risk_coverage(PROBABILITIES, TRUTH), None).axes[0].lines) == 2
