"""Charts of how far a model's confidence can be trusted."""

import numpy as np
from matplotlib.figure import Figure

from train.confidence import Reliability, RiskCoverage
from train.report.drawing import BLUE, GREY, INK, ORANGE, legend_below, new_figure, styled


@styled()
def draw_reliability(found: Reliability) -> Figure:
    """Accuracy by confidence, with how many answers each bin holds; on the diagonal confidence is true."""
    figure, _ = new_figure(5, 4.2)
    figure.clear()
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
    edges = np.linspace(0, 1, len(found.images) + 1)
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1]
    some = found.images > 0
    upper.plot((0, 1), (0, 1), color=GREY, ls="--", lw=1, label="confidence is true")
    upper.bar(middles[some], found.accuracy[some], width * 0.92, color=BLUE, alpha=0.75, label="share that is right")
    upper.plot(found.confidence[some], found.accuracy[some], "o", ms=3.5, color=ORANGE, label="at the mean confidence")
    upper.set(ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.02))
    upper.set_title(f"Reliability, ECE {found.error:.3f}")
    lower.bar(middles, found.images / found.images.sum(), width * 0.92, color=GREY)
    lower.set(xlabel="confidence", ylabel="pictures")
    lower.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    for axes in (upper, lower):
        axes.grid(axis="y")
    legend_below(figure)
    return figure


@styled()
def draw_risk_coverage(found: RiskCoverage, threshold: float | None) -> Figure:
    """The share of wrong answers among the surest, by how many of those are kept.

    Args:
        found: the curve.
        threshold: marked, where there is one.
    """
    figure, (axes,) = new_figure(5, 4.2)
    risk = 100 * found.risk
    axes.plot(100 * found.coverage, risk, color=BLUE, drawstyle="steps-pre", marker="." if len(risk) == 1 else "")
    axes.plot(100, risk[-1], "o", color=INK, ms=4, label=f"all: {risk[-1]:.1f} % wrong")
    if threshold is not None:
        coverage, wrong = found.at(threshold)
        said = f"threshold {threshold:g}: {coverage:.0%} kept, {wrong:.1%} wrong"
        axes.plot(100 * coverage, 100 * wrong, "D", color=ORANGE, ms=6, label=said)
        axes.axvline(100 * coverage, color=ORANGE, lw=0.8, ls=":")
    axes.set(xlabel="coverage: answers kept, %", ylabel="risk: wrong among them, %", xlim=(0, 102))
    axes.set_ylim(0, max(1.0, 1.08 * risk.max()))
    axes.set_title(f"Risk and coverage, area {found.area:.4f}")
    axes.grid()
    legend_below(figure)
    return figure
