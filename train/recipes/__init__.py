"""How each network is trained: every choice that is not code, in one place."""

from train.recipes.published import PUBLISHED
from train.recipes.recipe import Recipe, Target, recipe_from, targets_from
from train.recipes.shipped import SHIPPED
from train.recipes.tried import TRIED

__all__ = ["PUBLISHED", "RECIPES", "SHIPPED", "TRIED", "Recipe", "Target", "recipe_from", "targets_from"]

RECIPES = {**SHIPPED, **TRIED, **PUBLISHED}
"""Every recipe by name."""
