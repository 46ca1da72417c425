"""How each network is trained: every choice that is not code, in one place."""

from train.recipes.published import PUBLISHED
from train.recipes.recipe import Recipe, Target, recipe_from, targets_from
from train.recipes.shipped import SHIPPED

__all__ = ["CONTINUING", "PUBLISHED", "RECIPES", "SHIPPED", "Recipe", "Target", "recipe_from", "targets_from"]

RECIPES = {**SHIPPED, **PUBLISHED}
"""Every recipe by name."""

CONTINUING = ("emotion-narrow", "vgg19")
"""Those that are worth their hours only when they begin with trained weights that somebody has."""
