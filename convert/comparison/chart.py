"""The comparison as one picture: what each kind costs, and what it reaches."""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from convert.comparison.table import THREADS, Comparison, Row
from edge.contract.errors import OutputError
from train.report.drawing import BLUE, GREY, ORANGE, new_figure, styled

_HEIGHT = 0.26
"""Of one bar; a row is 1."""

_ABOVE = {
    "textcoords": "offset points",
    "ha": "center",
    "fontsize": 8,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.5},
}

_COLOURS = (BLUE, GREY)
"""Of the first and the second bar of a row."""


@styled()
def draw(found: Comparison, path: Path) -> None:
    """Writes the picture as .png or .svg. Raises OutputError where it cannot be written."""
    rows = found.rows[::-1]  # the first kind on top
    figure, (size, accuracy, time, memory) = new_figure(11, 1.2 + 0.55 * len(rows), columns=4)
    _bars(size, rows, "size, KiB", lambda row: [row.size / 1024], "{:,.0f}")
    _dots(accuracy, rows, found.keras_top1)
    _bars(time, rows, "one picture, ms", lambda row: [cost.median for cost in row.costs], "{:.2f}")
    names = [f"{threads} thread{'s' * (threads > 1)}" for threads in THREADS]
    time.legend(
        handles=[Patch(color=colour, label=name) for colour, name in zip(_COLOURS, names, strict=True)], fontsize=8
    )
    _bars(memory, rows, "resident memory, MiB", lambda row: [max(cost.resident or 0.0 for cost in row.costs)], "{:.0f}")
    for axes in (accuracy, time, memory):
        axes.set_yticklabels([])
    figure.suptitle(f"{found.where}, {found.images:,} pictures", fontsize=10)
    try:
        figure.savefig(path, dpi=120, facecolor="white")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None


def _bars(axes: Axes, rows: Sequence[Row], title: str, values: Callable[[Row], list[float]], form: str) -> None:
    for at, row in enumerate(rows):
        several = values(row)
        for number, value in enumerate(several):  # the first on top
            y = at + (len(several) - 1) * _HEIGHT / 2 - number * _HEIGHT
            bar = axes.barh(y, value, height=_HEIGHT * 0.9 if len(several) > 1 else 0.55, color=_COLOURS[number])
            axes.bar_label(bar, [form.format(value)], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [row.kind for row in rows])
    axes.set_title(title)
    axes.margins(x=0.28)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _dots(axes: Axes, rows: Sequence[Row], network: float) -> None:
    """Not bars, which would have to begin at 0 and look all alike."""
    for at, row in enumerate(rows):
        axes.plot(100 * row.top1, at, "o", color=BLUE)
        axes.annotate(f"{100 * row.top1:.2f}", (100 * row.top1, at), (0, 7), **_ABOVE)
    axes.axvline(100 * network, color=ORANGE, linewidth=1.2, linestyle="--")
    axes.set_title(f"top-1, % (dashed: network, {100 * network:.2f})")
    shown = [network, *(row.top1 for row in rows)]
    axes.set_xlim(100 * min(shown) - 0.5, 100 * max(shown) + 1.5)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_yticks(range(len(rows)))
    axes.tick_params(axis="y", length=0)
