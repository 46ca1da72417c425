import pytest

from train.balancing import METHODS
from train.comparison.training import ALL, KNOWN, balanced_by, plans
from train.recipes import PUBLISHED, RECIPES


def test_all_are_the_emotion_recipes_that_need_nothing_more():
    assert set(KNOWN) - set(ALL) == {"vgg19", "emotion-narrow"}
    assert {"emotion", "swish", "mini-xception", "blocks-3", "blocks-6"} <= set(ALL)
    assert not {"gate", "gate-cnn"} & set(KNOWN)


def test_folders_tell_trainings_apart(tmp_path):
    found = list(plans(["swish", "blocks-5"], ["none", "oversample"], 10, tmp_path))
    assert [plan.path.name for plan in found] == [
        "swish-none-10-epochs",
        "swish-oversample-10-epochs",
        "blocks-5-none-10-epochs",
        "blocks-5-oversample-10-epochs",
    ]
    assert [plan.recipe.epochs for plan in found] == [10] * 4
    assert [plan.recipe.balancing.method for plan in found] == ["none", "oversample"] * 2


def test_the_published_epochs_and_balancing_where_nothing_else_is_wanted(tmp_path):
    (plan,) = plans(["two-convolutions"], [], None, tmp_path)
    assert plan.recipe == PUBLISHED["two-convolutions"]
    assert plan.path == tmp_path / "two-convolutions"
    (plan,) = plans(["two-convolutions"], [], 500, tmp_path)  # no more than published
    assert plan.path.name == "two-convolutions"


def test_another_precision_is_told_in_the_folder(tmp_path):
    found = list(plans(["swish", "emotion"], [], 10, tmp_path, "mixed_bfloat16"))
    assert [plan.recipe.precision for plan in found] == ["mixed_bfloat16"] * 2
    assert [plan.path.name for plan in found] == ["swish-10-epochs-bfloat16", "emotion-10-epochs"]


@pytest.mark.parametrize("method", METHODS)
def test_one_way_to_balance_takes_the_place_of_any_other(method):
    pytest.importorskip("imblearn", reason="needs requirements-train.txt")
    found = balanced_by(RECIPES["emotion"], method)
    assert (found.balance, found.balancing.method) == (0, method)
    changed = PUBLISHED["two-convolutions"].balancing.changed
    assert balanced_by(PUBLISHED["two-convolutions"], method).balancing.changed == changed
