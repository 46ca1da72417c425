"""Accuracy against the time that it costs."""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from matplotlib.transforms import Bbox

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
    areas = _areas(shown)
    for one, area in zip(shown, areas, strict=True):
        colour = ORANGE if one in best else BLUE
        face = "white" if one.shortened else colour
        axes.scatter(
            _time(one), _top1(one), area, facecolor=face, edgecolor=colour, linewidth=1.6, alpha=0.85, zorder=2
        )
    _axes(axes, shown)
    _legend(figure, any(one.shortened for one in shown))
    _names(figure, axes, shown, areas)
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


def _areas(shown: Sequence[Contender]) -> list[float]:
    sizes = [one.int8.size if one.int8 else 0 for one in shown]
    return [_SMALLEST + (_LARGEST - _SMALLEST) * size / max(sizes) for size in sizes]


def _names(figure: Figure, axes: Axes, shown: Sequence[Contender], areas: Sequence[float]) -> None:
    """Beside each mark, on the first side where it covers no name or mark that is there already."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # settles where the marks are
    taken = [_mark(figure, axes, one, area) for one, area in zip(shown, areas, strict=True)]
    recipes = [one.recipe for one in shown]
    names = {one.path: one.recipe if recipes.count(one.recipe) == 1 else one.path.name for one in shown}
    for one, area in zip(shown, areas, strict=True):
        reach = math.sqrt(area) / 2 + 4
        sides = [(reach, 0, "left", "center"), (-reach, 0, "right", "center")]
        sides += [(0, reach, "center", "bottom"), (0, -reach, "center", "top"), (reach, 0, "left", "center")]
        for number, (x, y, across, upright) in enumerate(sides, 1):
            label = axes.annotate(
                names[one.path], (_time(one), _top1(one)), (x, y), textcoords="offset points", ha=across, va=upright
            )
            box = label.get_window_extent(canvas.get_renderer())
            free = axes.bbox.x0 <= box.x0 and box.x1 <= axes.bbox.x1 and not any(map(box.overlaps, taken))
            if free or number == len(sides):  # the last is where it stays, come what may
                taken.append(box)
                break
            label.remove()


def _mark(figure: Figure, axes: Axes, one: Contender, area: float) -> Bbox:
    """Where a mark lies, in pixels of the drawing."""
    x, y = axes.transData.transform((_time(one), _top1(one)))
    radius = math.sqrt(area) / 2 * figure.dpi / 72
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


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
