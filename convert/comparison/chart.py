"""The comparison as one picture: what each kind costs, and what it reaches."""

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from convert.comparison.table import THREADS, Comparison, Row
from edge.contract.errors import OutputError
from train.report.drawing import BLUE, ORANGE, new_figure, styled

_HEIGHT = 0.26
"""Of one bar; a row is 1."""


@styled()
def draw(found: Comparison, path: Path) -> None:
    """Writes the picture as .png or .svg. Raises OutputError where it cannot be written."""
    rows = found.rows[::-1]  # the first kind on top
    figure, (size, accuracy, time, memory) = new_figure(11, 1.2 + 0.55 * len(rows), columns=4)
    _bars(size, rows, "size, KiB", lambda row: [row.size / 1024], "{:,.0f}")
    _bars(accuracy, rows, "top-1, %", lambda row: [100 * row.top1], "{:.2f}")
    accuracy.axvline(100 * found.keras_top1, color=ORANGE, linewidth=1.2, linestyle="--")
    accuracy.set_title(f"top-1, % (network {100 * found.keras_top1:.2f})")
    _bars(time, rows, "one picture, ms", lambda row: [cost.median for cost in row.costs], "{:.2f}")
    time.set_title("one picture, ms (" + ", ".join(f"{count}" for count in THREADS) + " threads)")
    _bars(memory, rows, "memory, MiB", lambda row: [max(cost.resident or 0.0 for cost in row.costs)], "{:.0f}")
    memory.set_title("resident memory, MiB")
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
        for number, value in enumerate(several):
            y = at + (len(several) - 1) * _HEIGHT / 2 - number * _HEIGHT
            bar = axes.barh(y, value, height=_HEIGHT * 0.9 if len(several) > 1 else 0.55, color=BLUE)
            axes.bar_label(bar, [form.format(value)], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [row.kind for row in rows])
    axes.set_title(title)
    axes.margins(x=0.28)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0)
