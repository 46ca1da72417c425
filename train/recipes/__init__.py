"""How each network is trained: every choice that is not code, in one place."""

from train.recipes.recipe import Recipe, Target, targets_from
from train.recipes.shipped import SHIPPED

__all__ = ["RECIPES", "Recipe", "Target", "targets_from"]

RECIPES = {**SHIPPED}
"""Every recipe by name."""
