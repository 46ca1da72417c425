import dataclasses
import json

import pytest

from train.augment import Augmentation
from train.balancing import METHODS
from train.recipes import PUBLISHED, RECIPES, SHIPPED, recipe_from

OF_THEN = ("emotion", "gate")
"""The shipped recipes that were there before the published ones."""


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_read_back_as_it_was_written(name):
    written = json.loads(json.dumps(dataclasses.asdict(RECIPES[name])))
    assert recipe_from(written) == RECIPES[name]


def test_a_run_of_before_there_were_published_recipes_is_read_as_it_was_then():
    new = ("options", "side", "optimizer", "momentum", "schedule", "loss", "balancing", "drop")
    for name in OF_THEN:
        recipe = SHIPPED[name]
        old = {key: value for key, value in dataclasses.asdict(recipe).items() if key not in new}
        assert recipe_from(old) == recipe


def test_the_shipped_recipes_use_nothing_of_what_came_with_the_published():
    for name in OF_THEN:
        recipe = SHIPPED[name]
        assert (recipe.optimizer, recipe.momentum, recipe.schedule, recipe.loss) == (
            "sgd",
            0.9,
            "cosine",
            "categorical",
        )
        assert (recipe.options, recipe.side, recipe.balancing.method, recipe.drop) == ({}, 48, "none", ())


@pytest.mark.parametrize(
    ("name", "optimizer", "loss", "batch", "epochs"),
    [
        ("gate-cnn", "sgd", "binary", 32, 20),
        ("swish", "adam", "categorical", 32, 30),
        ("vgg-like", "adam", "categorical", 64, 50),
        ("two-convolutions", "adam", "categorical", 128, 100),
        ("blocks-5", "adam", "categorical", 64, 40),
        ("mini-xception", "adam", "categorical", 32, 102),
    ],
)
def test_what_decides_a_published_training(name, optimizer, loss, batch, epochs):
    recipe = PUBLISHED[name]
    assert (recipe.optimizer, recipe.loss, recipe.batch, recipe.epochs) == (optimizer, loss, batch, epochs)
    assert (recipe.precision, recipe.averaging, recipe.smoothing, recipe.weight_decay) == ("float32", 0, 0, 0)


def test_classes_are_made_equal_by_translation_alone():
    balancing = PUBLISHED["two-convolutions"].balancing
    assert balancing.method in METHODS
    assert (balancing.method, balancing.changed) == ("augment", Augmentation(shift=0.1))


def test_the_number_of_blocks_is_in_the_name():
    assert {name: recipe.options["blocks"] for name, recipe in PUBLISHED.items() if "blocks" in recipe.options} == {
        f"blocks-{number}": number for number in (3, 4, 5, 6)
    }
