"""What a recipe says of optimizer, schedule and loss, as Keras wants it."""

from typing import Any

import keras

from train.recipes import Recipe, Target

_UNDECAYED = ["gamma", "beta", "bias"]
"""Variables without weight decay, by parts of their names."""


def compile_model(model: keras.Model, recipe: Recipe, steps: int, voted: bool = True) -> None:
    """Readies a new network for its training, of so many steps an epoch; `voted` says whether the data have votes."""
    optimizer = _optimizer(recipe, steps)
    leave_undecayed(optimizer)
    losses = {target.output: _loss(recipe, target, voted) for target in recipe.targets}
    watched = {target.output: "categorical_accuracy" for target in recipe.targets}
    weights = {target.output: target.weight for target in recipe.targets}
    model.compile(optimizer, loss=losses, loss_weights=weights, metrics=watched)


def leave_undecayed(optimizer: keras.optimizers.Optimizer) -> None:
    """Excludes some variables from weight decay; to be called after loading too, since Keras does not save it."""
    # With mixed_float16 a loaded model has an optimizer around its own, which scales the loss and decays nothing.
    getattr(optimizer, "inner_optimizer", optimizer).exclude_from_weight_decay(var_names=_UNDECAYED)


def _optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    averaged = max(1.0, recipe.averaging * recipe.epochs * steps)
    common: dict[str, Any] = {
        "learning_rate": _rate(recipe, steps),
        "weight_decay": recipe.weight_decay or None,
        "use_ema": True,
        "ema_momentum": 1 - 1 / averaged,
    }
    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(**common)
    return keras.optimizers.SGD(momentum=recipe.momentum, nesterov=recipe.momentum > 0, **common)


def _rate(recipe: Recipe, steps: int) -> float | keras.optimizers.schedules.LearningRateSchedule:
    if recipe.schedule == "constant":
        return recipe.rate
    warmup = round(recipe.warmup * steps)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.rate / 100,
        decay_steps=max(recipe.epochs * steps - warmup, 1),
        warmup_target=recipe.rate,
        warmup_steps=warmup,
    )


def _loss(recipe: Recipe, target: Target, voted: bool) -> keras.losses.Loss:
    kinds = {"categorical": keras.losses.CategoricalCrossentropy, "binary": keras.losses.BinaryCrossentropy}
    return kinds[recipe.loss](
        from_logits=not target.softmax,
        label_smoothing=0.0 if target.learns == "votes" and voted else recipe.smoothing,  # votes are soft already
    )
