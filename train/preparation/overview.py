"""Pictures of a data set: how many there are of each label, and what some of them look like."""

from pathlib import Path

import cv2
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from train.datasets.examples import Examples, Splits

_COLOURS = ("tab:blue", "tab:orange", "tab:green")
_ROWS, _COLUMNS = 2, 14
_GAP, _CLASS_GAP = 2, 12
"""Pixels between two samples, and between two labels."""


def plot_counts(splits: Splits, labels: tuple[str, ...], path: Path) -> None:
    """A bar for each label, stacked from its splits, with the total and its share above."""
    figure, axes = plt.subplots(figsize=(max(2.4 + 0.95 * len(labels), 5.5), 4.2), layout="constrained")
    bottom = np.zeros(len(labels), np.int64)
    for name, examples, colour in zip(
        splits.names, (splits.train, splits.validation, splits.test), _COLOURS, strict=True
    ):
        counts = np.bincount(examples.labels, minlength=len(labels))
        axes.bar(labels, counts, bottom=bottom, width=0.7, color=colour, label=f"{name}: {len(examples):,}")
        bottom += counts
    for position, total in enumerate(bottom):
        text = f"{total:,}\n{total / bottom.sum():.1%}"
        axes.annotate(text, (position, total), (0, 3), textcoords="offset points", ha="center", fontsize=8)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set(ylabel="pictures", title=f"{bottom.sum():,} pictures by label")
    axes.margins(y=0.14)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", alpha=0.25)
    axes.set_axisbelow(True)
    figure.legend(frameon=False, loc="outside lower center", ncols=3)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def plot_samples(examples: Examples, labels: tuple[str, ...], seed: int, path: Path) -> None:
    """Some pictures of each label, drawn at random by `seed`, the label and its count beside them."""
    counts = np.bincount(examples.labels, minlength=len(labels))
    rng = np.random.default_rng(seed)
    blocks = [_block(examples.pixels[examples.labels == index], rng) for index in range(len(labels))]
    height, width = blocks[0].shape
    sheet = np.full((len(blocks) * (height + _CLASS_GAP) - _CLASS_GAP, width), 255, np.uint8)
    for index, block in enumerate(blocks):
        sheet[index * (height + _CLASS_GAP) :][:height] = block
    inch, left, above, edge = 75, 1.15, 0.5, 0.12  # at 150 dots an inch every pixel of the sheet becomes 2x2
    wide, high = width / inch + left + edge, len(sheet) / inch + above + edge
    figure = plt.figure(figsize=(wide, high))
    axes = figure.add_axes((left / wide, edge / high, width / inch / wide, len(sheet) / inch / high))
    doubled = cv2.resize(sheet, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    extent = (0, width, len(sheet), 0)  # in pixels of the sheet, downwards
    axes.imshow(doubled, cmap="gray", vmin=0, vmax=255, interpolation="none", extent=extent)
    middles = [index * (height + _CLASS_GAP) + height / 2 for index in range(len(labels))]
    axes.set_yticks(middles, [f"{label}\n{count:,}" for label, count in zip(labels, counts, strict=True)], fontsize=14)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(f"Drawn at random from {len(examples):,} pictures", fontsize=15)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _block(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Up to `_ROWS` rows of pictures on white, drawn from those of one label."""
    side = pixels.shape[1]
    block = np.full((_ROWS * (side + _GAP) - _GAP, _COLUMNS * (side + _GAP) - _GAP), 255, np.uint8)
    for place, chosen in enumerate(rng.permutation(len(pixels))[: _ROWS * _COLUMNS]):
        row, column = (step * (side + _GAP) for step in divmod(place, _COLUMNS))
        block[row : row + side, column : column + side] = pixels[chosen]
    return block
