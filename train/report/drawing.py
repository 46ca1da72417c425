"""What all charts have in common: a look that reads on light and dark pages, and the way into files and pages.

Figures are made without pyplot, so there is no global list of them to be cleaned up.
"""

import io
import re
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1f2430"
"""Text and lines; on a page it becomes the colour of the text around the chart."""

BLUE, ORANGE, GREEN, GREY = "#3b82c4", "#e0762f", "#2f9e62", "#8a8f98"
"""Readable on white and on near-black."""

_STYLE: dict[str, Any] = {
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": GREY,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "font.size": 9,
    "text.parse_math": False,  # a label may hold dollar signs
}
_SVG = {"svg.fonttype": "none", "svg.hashsalt": "train.report"}  # text stays text; the same chart, the same bytes
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def styled() -> AbstractContextManager[None]:
    """The look, for the time in which a chart is drawn; also a decorator."""
    return matplotlib.rc_context(_STYLE)


def new_figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """An empty figure, in inches, and its axes from left to right. To be called inside `styled`."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="none")
    return figure, list(figure.subplots(1, columns, squeeze=False)[0])


def legend_below(figure: Figure, columns: int = 2) -> None:
    """Names what is drawn beneath the axes, where it can cover nothing."""
    figure.legend(loc="outside lower center", ncols=columns, fontsize=8)


def save_png(figure: Figure, path: Path) -> None:
    """Writes a figure as a picture on white."""
    with _no_glyph_warnings():
        figure.savefig(path, dpi=120, facecolor="white")


def to_svg(figure: Figure) -> str:
    """A figure as an <svg> element for the inside of a page: no header, no outer address, no repeated names."""
    text = io.StringIO()
    with matplotlib.rc_context({**_STYLE, **_SVG}), _no_glyph_warnings():
        figure.savefig(text, format="svg", metadata=_NO_METADATA)
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r' xmlns(:xlink)?="[^"]*"', "", drawn, count=2)
    drawn = re.sub(r'<g id="[^"]*"', "<g", drawn)
    return drawn.replace(' xlink:href="#', ' href="#').replace(INK, "currentColor").strip()


def _no_glyph_warnings() -> AbstractContextManager[Any]:
    """A label may be in a script that matplotlib's own font lacks; the reader's browser has it."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)
