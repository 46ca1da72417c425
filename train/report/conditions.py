"""How a model does in dim and bright, blurred and sharp pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from train.metrics import interval
from train.report.drawing import BLUE, INK, new_figure, styled


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures that are alike in some way: the range of it that they cover, how many there are, the share right."""

    low: float
    high: float
    images: int
    top1: float


def brightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean grey of each picture, 0 to 255: float64, (N,), from uint8 (N, h, w)."""
    return pixels.mean(axis=(1, 2), dtype=np.float64)


def sharpness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Variance of each picture's Laplacian (Pech-Pacheco et al. 2000), which blur and enlarging make small.

    Returns:
        float64, (N,), from uint8 (N, h, w).
    """
    return np.array([cv2.Laplacian(picture, cv2.CV_64F).var() for picture in pixels])


def quartiles(values: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Group, ...]:
    """Divides pictures at the quartiles of a value, lowest first; equal values stay together.

    Where many are equal there are fewer than four groups.

    Args:
        values: (N,), N >= 1.
        right: (N,), whether the answer to each picture is right.
    """
    place = np.digitize(values, np.quantile(values, (0.25, 0.5, 0.75)), right=True)
    members = (np.flatnonzero(place == number) for number in range(4))
    return tuple(
        Group(float(values[each].min()), float(values[each].max()), len(each), float(right[each].mean()))
        for each in members
        if len(each)
    )


@styled()
def draw_groups(groups: Sequence[Group], title: str, what: str) -> Figure:
    """The share right in each group, with its 95 % interval.

    Args:
        groups: lowest first.
        title: above the chart.
        what: the value by which they were divided, for the axis.
    """
    figure, (axes,) = new_figure(5, 3.2)
    places = range(len(groups))
    top1 = np.array([100 * group.top1 for group in groups])
    reach = np.array([[100 * end for end in interval(group.top1, group.images)] for group in groups]).T
    axes.bar(places, top1, 0.7, color=BLUE, alpha=0.75)
    axes.errorbar(places, top1, np.abs(reach - top1), fmt="none", ecolor=INK, elinewidth=1, capsize=3)
    for place, value, upper in zip(places, top1, reach[1], strict=True):
        axes.text(place, upper + 1.5, f"{value:.1f}", ha="center", va="bottom")
    axes.set_xticks(places, [f"{group.low:.0f} to {group.high:.0f}\n{group.images:,} pictures" for group in groups])
    axes.set(xlabel=what, ylabel="top-1, %", ylim=(0, 112), yticks=range(0, 101, 20), title=title)
    axes.grid(axis="y")
    return figure
