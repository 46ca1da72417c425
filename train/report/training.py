"""How a training went: curves by epoch, and how its figures are spread over all epochs."""

import math
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from train.report.drawing import BLUE, GREEN, ORANGE, legend_below, new_figure, save_png, styled
from train.run_folder import Row

_OWN = "val_top1_"
_STYLES = ("-", "--", "-.")


def plot_curves(rows: list[Row], path: Path) -> None:
    """Writes loss and accuracy by epoch, the kept epoch marked, as a PNG."""
    save_png(draw_curves(rows), path)


def outputs_of(rows: list[Row]) -> list[str]:
    """The outputs of which each epoch has a top-1 of its own, the reported one first; none where there is but one."""
    return [name.removeprefix(_OWN) for name in rows[0] if name.startswith(_OWN)]


@styled()
def draw_curves(rows: list[Row]) -> Figure:
    """Loss and accuracy by epoch, side by side."""
    figure, (left, right) = new_figure(10, 4.4, columns=2)
    _loss(left, rows)
    _accuracy(right, rows)
    legend_below(figure, columns=3)
    return figure


@styled()
def draw_loss(rows: list[Row]) -> Figure:
    """Loss by epoch."""
    figure, (axes,) = new_figure(5, 3.6)
    _loss(axes, rows)
    return figure


@styled()
def draw_accuracy(rows: list[Row]) -> Figure:
    """Accuracy by epoch, the kept epoch marked. Of several outputs each has a line; their mean chose the epoch."""
    figure, (axes,) = new_figure(5, 4.1)
    _accuracy(axes, rows)
    legend_below(figure)
    return figure


@styled()
def draw_loss_violin(rows: list[Row]) -> Figure:
    """How the loss is spread over all epochs."""
    figure, (axes,) = new_figure(5, 3.4)
    _violins(axes, {"training (augmented)": [row["loss"] for row in rows]})
    axes.set(ylabel="loss", title="Loss over all epochs")
    return figure


@styled()
def draw_accuracy_violins(rows: list[Row]) -> Figure:
    """How the accuracy of training and validation is spread over all epochs."""
    figure, (axes,) = new_figure(5, 3.4)
    _violins(axes, {_of_training(rows): _percent(rows, "top1"), **_validated(rows)})
    axes.set(ylabel="top-1, %", title="Accuracy over all epochs")
    return figure


def _loss(axes: Axes, rows: list[Row]) -> None:
    axes.plot([row["epoch"] for row in rows], [row["loss"] for row in rows], color=BLUE, marker=_dot(rows))
    axes.set(ylabel="loss (training, augmented)", title="Loss")
    _by_epoch(axes)


def _accuracy(axes: Axes, rows: list[Row]) -> None:
    epochs = [row["epoch"] for row in rows]
    best = max(rows, key=lambda row: row["val_top1"])
    mean = "mean " if outputs_of(rows) else ""
    axes.plot(epochs, _percent(rows, "top1"), color=BLUE, marker=_dot(rows), label=_of_training(rows))
    for style, (name, values) in zip(_STYLES, _validated(rows).items(), strict=False):
        axes.plot(epochs, values, style, color=ORANGE, label=name)
    axes.plot(epochs, _percent(rows, "val_macro_f1"), color=GREEN, ls=":", label=f"validation, {mean}macro-F1")
    axes.plot(best["epoch"], 100 * best["val_top1"], "o", color=ORANGE, label=f"kept: {mean}{best['val_top1']:.1%}")
    axes.set(ylabel="%", title="Accuracy")
    _by_epoch(axes)


def _by_epoch(axes: Axes) -> None:
    axes.set_xlabel("epoch")
    axes.grid()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _violins(axes: Axes, values: dict[str, list[float]]) -> None:
    places = range(1, len(values) + 1)
    for place, color, each in zip(places, (BLUE, ORANGE, GREEN), values.values(), strict=False):
        finite = [value for value in each if math.isfinite(value)]
        if finite:  # a training that diverged has none
            drawn = axes.violinplot(finite, [place], widths=0.7, showmedians=True)
            for part in (*drawn.pop("bodies"), *drawn.values()):
                part.set_color(color)
    axes.set_xticks(places, [name.replace(", ", "\n") for name in values])
    axes.set_xlim(0.4, len(values) + 0.6)
    axes.grid(axis="y")


def _of_training(rows: list[Row]) -> str:
    return f"training (augmented), {outputs_of(rows)[0]}" if outputs_of(rows) else "training (augmented)"


def _validated(rows: list[Row]) -> dict[str, list[float]]:
    """Top-1 on the validation split in percent, of each output where there are several."""
    outputs = {f"validation, {output}": _percent(rows, f"{_OWN}{output}") for output in outputs_of(rows)}
    return outputs or {"validation": _percent(rows, "val_top1")}


def _percent(rows: list[Row], name: str) -> list[float]:
    return [100 * row[name] for row in rows]


def _dot(rows: list[Row]) -> str:
    """A line through a single point shows nothing."""
    return "." if len(rows) == 1 else ""
