"""Accuracy against the time that it costs."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from train.comparison.contender import Contender
from train.report.drawing import BLUE, GREY, INK, ORANGE, new_figure, save_png, styled

_SMALLEST, _LARGEST = 40.0, 620.0
"""Areas of the marks of the smallest and the largest model, in square points."""

_ROOM = (0.62, 1.5)
"""Left and right of the fastest and the slowest, as factors of the time: for names beside the marks."""


def plot_comparison(contenders: Sequence[Contender], path: Path) -> bool:
    """Writes the picture as a PNG; false where fewer than two have a time to be shown by."""
    shown = [one for one in contenders if _drawn(one)]
    if len(shown) < 2:
        return False
    save_png(draw_comparison(shown), path)
    return True


@styled()
def draw_comparison(contenders: Sequence[Contender]) -> Figure:
    """Each model's accuracy as int8 by its time for one picture; the larger the mark, the larger the file.

    The line joins those that none is both faster and better than.
    """
    figure, (axes,) = new_figure(8.6, 5.4)
    shown = sorted((one for one in contenders if _drawn(one)), key=_time)
    best = front(shown)
    axes.plot([_time(one) for one in best], [_top1(one) for one in best], color=ORANGE, lw=1.4, alpha=0.7, zorder=1)
    largest = max(one.int8.size for one in shown if one.int8)
    for one in shown:
        size = one.int8.size if one.int8 else 0
        area = _SMALLEST + (_LARGEST - _SMALLEST) * size / largest
        colour = ORANGE if one in best else BLUE
        face = "white" if one.shortened else colour
        axes.scatter(
            _time(one), _top1(one), area, facecolor=face, edgecolor=colour, linewidth=1.6, alpha=0.85, zorder=2
        )
    _axes(axes, shown)
    _names(figure, axes, shown)
    _legend(figure, any(one.shortened for one in shown))
    return figure


def front(contenders: Sequence[Contender]) -> list[Contender]:
    """Those that no faster one is as good as, the fastest first."""
    found: list[Contender] = []
    for one in sorted(contenders, key=lambda one: (_time(one), -_top1(one))):
        if not found or _top1(one) > _top1(found[-1]):
            found.append(one)
    return found


def _axes(axes: Axes, shown: Sequence[Contender]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(_ROOM[0] * min(map(_time, shown)), _ROOM[1] * max(map(_time, shown)))
    low, high = min(map(_top1, shown)), max(map(_top1, shown))
    room = max(0.12 * (high - low), 0.8)
    axes.set_ylim(low - room, high + 1.4 * room)
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="one picture on one thread, ms (int8)", ylabel="top-1 of the test split, % (int8)")
    axes.grid()


def _names(figure: Figure, axes: Axes, shown: Sequence[Contender]) -> None:
    """Beside each mark, on the first side where it covers no name or mark that is there already."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    marks = [collection.get_window_extent(renderer) for collection in axes.collections]
    taken = list(marks)
    for one, mark in zip(shown, marks, strict=True):
        reach = (mark.x1 - mark.x0) / 2 * 72 / figure.dpi + 3
        sides = ((reach, 0, "left", "center"), (-reach, 0, "right", "center"), (0, reach, "center", "bottom"))
        for x, y, across, upright in (*sides, (0, -reach, "center", "top")):
            label = axes.annotate(
                one.path.name, (_time(one), _top1(one)), (x, y), textcoords="offset points", ha=across, va=upright
            )
            box = label.get_window_extent(renderer)
            inside = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 and box.y1 <= axes.bbox.y1
            if inside and not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        else:
            label = axes.annotate(one.path.name, (_time(one), _top1(one)), (reach, 0), textcoords="offset points")
            box = label.get_window_extent(renderer)
        taken.append(box)


def _legend(figure: Figure, shortened: bool) -> None:
    def mark(face: str, edge: str, label: str) -> Line2D:
        return Line2D([], [], marker="o", ls="", mfc=face, mec=edge, mew=1.6, ms=8, label=label)

    entries = [
        Line2D([], [], color=ORANGE, marker="o", ms=8, label="none is faster and better"),
        mark(BLUE, BLUE, "others"),
        *([mark("white", INK, "fewer epochs than published")] if shortened else []),
        mark(GREY, GREY, "area: size of the file"),
    ]
    figure.legend(handles=entries, loc="outside lower center", ncols=len(entries), fontsize=8)


def _drawn(one: Contender) -> bool:
    return one.int8 is not None and one.int8.milliseconds is not None and one.int8.top1 is not None


def _time(one: Contender) -> float:
    assert one.int8 is not None
    assert one.int8.milliseconds is not None
    return one.int8.milliseconds


def _top1(one: Contender) -> float:
    assert one.int8 is not None
    assert one.int8.top1 is not None
    return 100 * one.int8.top1
