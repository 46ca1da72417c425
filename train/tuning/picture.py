"""Which setting mattered, and where its good values lie."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from train.report.drawing import BLUE, ORANGE, new_figure, save_png, styled
from train.tuning.space import SPACE
from train.tuning.trials import Tried

_ACROSS = 3
"""Settings side by side."""


def plot_tuning(tried: Sequence[Tried], importances: Mapping[str, float], path: Path) -> None:
    """Writes the picture as a PNG."""
    save_png(draw_tuning(tried, importances), path)


@styled()
def draw_tuning(tried: Sequence[Tried], importances: Mapping[str, float]) -> Figure:
    """The share of the spread that each setting explains, and every trial's accuracy by each setting.

    Args:
        tried: one at least.
        importances: by setting, the largest first; nothing where that cannot be told.
    """
    figure, _ = new_figure(9.5, 7.2)
    figure.clear()
    rows = -(-len(SPACE) // _ACROSS)
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 2.1))
    figure.set_facecolor("none")
    _bars(upper.subplots(), importances)
    best = max(tried, key=lambda one: one.figures["top1"])
    panels = lower.subplots(rows, _ACROSS, squeeze=False, sharey=True)
    names = [*importances, *(name for name in SPACE if name not in importances)]
    for number, (axes, name) in enumerate(zip(panels.ravel(), names, strict=True)):
        _scatter(axes, name, tried, best)
        if number % _ACROSS == 0:
            axes.set_ylabel("validation top-1, %")
    return figure


def _bars(axes: Axes, importances: Mapping[str, float]) -> None:
    axes.set_title("Share of the differences between trials that each setting explains (fANOVA)")
    if not importances:
        axes.text(0.5, 0.5, "not enough trials to tell", ha="center", va="center", transform=axes.transAxes)
        axes.set_axis_off()
        return
    shares = [100 * share for share in importances.values()]
    drawn = axes.barh(range(len(shares)), shares, 0.65, color=BLUE)
    axes.bar_label(drawn, [f"{share:.0f} %" for share in shares], padding=3)
    axes.set_yticks(range(len(shares)), importances)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _scatter(axes: Axes, name: str, tried: Sequence[Tried], best: Tried) -> None:
    values, kinds = [one.values[name] for one in tried], SPACE[name].values
    places = np.array([kinds.index(value) if kinds else value for value in values], float)
    top1 = [100 * one.figures["top1"] for one in tried]
    axes.plot(places, top1, "o", color=BLUE, alpha=0.6, ms=4.5)
    axes.plot(places[tried.index(best)], 100 * best.figures["top1"], "D", color=ORANGE, ms=6.5)
    if kinds:
        axes.set_xticks(range(len(kinds)), [str(kind) for kind in kinds])
        axes.set_xlim(-0.5, len(kinds) - 0.5)
    else:
        _axis(axes, *SPACE[name].bounds, logarithmic=SPACE[name].logarithmic)
    axes.set_xlabel(name)
    axes.grid(axis="y")


def _axis(axes: Axes, low: float, high: float, logarithmic: bool) -> None:
    """All of the space, so that one sees where nothing was tried; whole powers of ten alone have room for a label."""
    if logarithmic:
        axes.set_xscale("log")
        axes.set_xlim(low / 1.5, high * 1.5)
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_xlim(low - (high - low) / 20, high + (high - low) / 20)
