"""How the shipped networks are trained."""

from dataclasses import replace

from train.augment import Augmentation
from train.recipes.recipe import Recipe, Target

SHIPPED = {
    "emotion": Recipe(
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
    ),
    "gate": Recipe(
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
    ),
}
"""Each trains its network from nothing."""

SHIPPED["emotion-narrow"] = replace(
    SHIPPED["emotion"],
    options={"stages": [[48, 2], [112, 2], [192, 2]]},
    epochs=40,
    rate=0.05,
    relax=0.4,
    smoothing=0.0,
    refine=0.0,
)
"""For the strongest channels of a network that the other trained (`--weights`), with three quarters of its
multiply-adds, and its trainings as teachers (`--teacher`): what they say is soft already, so nothing is smoothed, and
better than its own answers, so it is not asked itself."""
