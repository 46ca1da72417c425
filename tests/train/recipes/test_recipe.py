import dataclasses

import pytest

from train.datasets.tasks import LABELS, SIZE
from train.recipes import RECIPES


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_fits_the_rest(name):
    recipe = RECIPES[name]
    assert recipe.task in LABELS
    assert recipe.targets
    assert len({target.output for target in recipe.targets}) == len(recipe.targets)
    assert {target.learns for target in recipe.targets} <= {"labels", "votes"}
    assert recipe.augmentation.coarsest < SIZE[0]
    for target in recipe.targets:
        assert target.softmax == (target.output == "probabilities")


@pytest.mark.parametrize(("name", "output"), [("emotion", "logits"), ("gate", "probabilities")])
def test_what_is_shipped_is_what_the_edge_reads(name, output):
    assert RECIPES[name].targets[0].output == output
    assert RECIPES[name].task == name


def test_a_recipe_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RECIPES["gate"].epochs = 1


@pytest.mark.train
@pytest.mark.parametrize("name", RECIPES)
def test_its_network_is_known(name):
    pytest.importorskip("keras", reason="needs requirements-train.txt")
    from train.architectures import ARCHITECTURES

    assert RECIPES[name].architecture in ARCHITECTURES
