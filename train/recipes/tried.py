"""What was tried to better the shipped networks; models/EXPERIMENTS.md has what it gave."""

from dataclasses import replace

from train.recipes.shipped import SHIPPED

_DISTILLED = replace(SHIPPED["emotion"], epochs=30, rate=0.05, relax=0.4, refine=0.0, smoothing=0.0)
"""For a trained network (`--weights`) that goes on learning from several (`--teacher`). Their answers are soft
already, so nothing is smoothed, and better than its own, so it is not asked."""

_MIXED = replace(_DISTILLED, epochs=20, mixup=0.2)
"""The same on pictures mixed in pairs: far more of the training pictures is said right than of others."""

TRIED = {"emotion-distilled": _DISTILLED, "emotion-mixed": _MIXED}
"""By the name that `train fit` takes."""
