"""How the labels are distributed over the splits."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from train.report.drawing import BLUE, GREEN, ORANGE, legend_below, new_figure, styled


@styled()
def draw_distribution(counts: Mapping[str, list[int]], labels: tuple[str, ...]) -> Figure:
    """The share of each label in each split, side by side.

    Args:
        counts: pictures of each label, by the name of the split (three at most).
        labels: in the order of the counts.
    """
    figure, (axes,) = new_figure(5, 1.2 + 0.45 * len(labels))
    height = 0.8 / len(counts)
    places = np.arange(len(labels))
    for number, (name, color) in enumerate(zip(counts, (BLUE, ORANGE, GREEN), strict=False)):
        share = 100 * np.array(counts[name]) / max(sum(counts[name]), 1)
        axes.barh(places + (number - (len(counts) - 1) / 2) * height, share, height * 0.92, color=color, label=name)
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set(xlabel="share of the split, %")
    axes.grid(axis="x")
    legend_below(figure, columns=1)
    return figure
