"""Pictures of a training and of a model's mistakes."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from train.metrics import Metrics
from train.run_folder import Row


def plot_curves(rows: list[Row], path: Path) -> None:
    """Loss and accuracy by epoch, the kept epoch marked."""
    epochs = [row["epoch"] for row in rows]
    best = max(rows, key=lambda row: row["val_top1"])
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.plot(epochs, [row["loss"] for row in rows], color="tab:blue")
    left.set(xlabel="epoch", ylabel="loss (training, augmented)", title="Loss")
    right.plot(epochs, [100 * row["top1"] for row in rows], color="tab:blue", label="training (augmented)")
    right.plot(epochs, [100 * row["val_top1"] for row in rows], color="tab:orange", label="validation")
    macro_f1 = [100 * row["val_macro_f1"] for row in rows]
    right.plot(epochs, macro_f1, color="tab:green", ls=":", label="validation, macro-F1")
    right.plot(best["epoch"], 100 * best["val_top1"], "o", color="tab:orange", label=f"kept: {best['val_top1']:.1%}")
    right.set(xlabel="epoch", ylabel="%", title="Accuracy")
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.savefig(path, dpi=120)
    plt.close(figure)


def plot_confusion(measured: Metrics, title: str, path: Path) -> None:
    """Shares of each label's pictures (rows) by the label they were given (columns), counts below."""
    labels = list(measured.recall)
    counts = np.array(measured.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 1.6 + 0.8 * len(labels)
    figure, axes = plt.subplots(figsize=(side, side * 0.92), layout="constrained")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        ink = "white" if share > 0.55 else "black"
        axes.text(column, row, f"{share:.0%}\n{counts[row, column]}", ha="center", va="center", color=ink, fontsize=8)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="given", ylabel="true", title=f"{title}\ntop-1 {measured.top1:.1%} of {measured.images:,} pictures")
    figure.savefig(path, dpi=120)
    plt.close(figure)
