"""How the shipped networks are trained, and what was tried to better them."""

from dataclasses import replace

from train.augment import Augmentation
from train.recipes.recipe import Recipe, Target

_EMOTION = Recipe(
    task="emotion",
    architecture="residual",
    targets=(Target("logits", learns="votes"), Target("logits_fer2013")),
    embedding=True,
    epochs=90,
    batch=128,
    rate=0.1,
    warmup=2,
    balance=0.3,
    relax=0.2,
    refine=0.6,
    recall=0.47,
    augmentation=Augmentation(
        shift=0.11,
        scale=0.15,
        rotation=15,
        flip=0.5,
        light=0.12,
        contrast=0.3,
        coarse=0.25,
        coarsest=20,
        noise=0.2,
        compress=0.15,
        erase=0.25,
    ),
)

_DISTILLED = replace(_EMOTION, epochs=30, rate=0.05, relax=0.4, refine=0.0, smoothing=0.0)
"""For a trained network (`--weights`) that goes on learning from several (`--teacher`). Their answers are soft
already, so nothing is smoothed, and better than its own, so it is not asked."""

_MIXED = replace(_DISTILLED, epochs=20, mixup=0.2)
"""The same on pictures mixed in pairs: far more of the training pictures is said right than of others."""

_GATE = Recipe(
    task="gate",
    architecture="residual-small",
    targets=(Target("probabilities", softmax=True),),
    epochs=30,
    batch=128,
    smoothing=0.02,
    balance=1.0,
    relax=0.3,
    augmentation=Augmentation(
        shift=0.12,
        scale=0.18,
        rotation=20,
        flip=0.5,
        light=0.2,
        contrast=0.3,
        coarse=0.6,
        coarsest=20,
        noise=0.2,
        compress=0.15,
    ),
)

SHIPPED = {"emotion": _EMOTION, "emotion-distilled": _DISTILLED, "emotion-mixed": _MIXED, "gate": _GATE}
"""By the name that `train fit` takes. `emotion` and `gate` train the models that are shipped under these names."""
