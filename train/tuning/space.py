"""What is tuned, and between which bounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from edge.contract.errors import InputError
from train.recipes import RECIPES, Recipe

if TYPE_CHECKING:
    from optuna import Trial

ARCHITECTURE = "blocks"
"""The one whose options are tuned."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that is tuned: how a trial draws it, its values where they are few or its bounds, and whether its axis
    is best logarithmic."""

    draw: "Callable[[Trial, str], Any]"
    values: tuple[Any, ...] = ()
    bounds: tuple[float, float] = (0.0, 1.0)
    logarithmic: bool = False


def _among(*values: Any) -> Setting:
    return Setting(lambda trial, name: trial.suggest_categorical(name, values), values)


def _between(low: float, high: float, step: float | None = None) -> Setting:
    logarithmic = step is None
    return Setting(
        lambda trial, name: trial.suggest_float(name, low, high, step=step, log=logarithmic),
        bounds=(low, high),
        logarithmic=logarithmic,
    )


SPACE = {
    "filters": _among(16, 32, 64),
    "activation": _among("relu", "elu", "swish", "tanh"),
    "dropout": _between(0.0, 0.5, step=0.05),
    "l1": _between(1e-8, 1e-4),
    "l2": _between(1e-7, 1e-2),
    "rate": _between(1e-4, 1e-2),
}
"""Every setting by name. The penalties reach from nothing that matters to where a network learns no more."""


def draw(trial: "Trial") -> dict[str, Any]:
    """One value of each."""
    return {name: setting.draw(trial, name) for name, setting in SPACE.items()}


def applied(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with these values."""
    rest = {name: value for name, value in values.items() if name != "rate"}
    return replace(recipe, rate=values["rate"], options={**recipe.options, **rest})


def tunable(name: str) -> Recipe:
    """The recipe of this name. Raises InputError where there is none, or it has nothing to tune."""
    fit = [known for known, recipe in RECIPES.items() if recipe.architecture == ARCHITECTURE]
    if name not in fit:
        raise InputError(f"no recipe {name!r} that can be tuned; there are {', '.join(fit)}")
    return RECIPES[name]
