"""Which labels a model takes for which."""

from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from train.metrics import Metrics
from train.report.drawing import BLUE, INK, new_figure, save_png, styled


def plot_confusion(measured: Metrics, title: str, path: Path) -> None:
    """Writes the matrix with shares and counts as a PNG."""
    heading = f"{title}\ntop-1 {measured.top1:.1%} of {measured.images:,} pictures"
    save_png(draw_confusion(measured, "both", heading), path)


@styled()
def draw_confusion(measured: Metrics, show: str, title: str) -> Figure:
    """Each label's pictures (rows) by the label they were given (columns); the darker, the larger the row's share.

    Args:
        measured: what holds the matrix.
        show: "counts", "rates" (shares of the row) or "both".
        title: above the matrix.
    """
    labels = list(measured.recall)
    counts = np.array(measured.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 1.8 + 0.62 * len(labels)
    figure, (axes,) = new_figure(side, side * 0.94)
    # One colour, more or less opaque: dark ink reads on it on a light page, light ink on a dark one.
    axes.pcolormesh(
        np.array([[to_rgba(BLUE, 0.85 * share) for share in row] for row in shares]), edgecolor=INK, linewidth=0.2
    )
    for (row, column), share in np.ndenumerate(shares):
        rate, count = f"{share:.0%}", f"{counts[row, column]:,}"
        said = {"counts": count, "rates": rate, "both": f"{rate}\n{count}"}[show]
        axes.text(column + 0.5, row + 0.5, said, ha="center", va="center", fontsize=8.5)
    axes.invert_yaxis()
    axes.set_aspect("equal")
    axes.set_xticks(np.arange(len(labels)) + 0.5, labels, rotation=45, ha="right")
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels)
    axes.set(xlabel="given", ylabel="true", title=title)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure
