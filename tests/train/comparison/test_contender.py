import json

import pytest

from edge.contract.errors import InputError
from train.comparison.contender import read_contender


def test_what_a_run_tells(run):
    found = read_contender(run("a", (0.61, 0.6)))
    assert (found.recipe, found.architecture, found.balancing, found.parameters) == (
        "blocks-5",
        "blocks",
        "smote",
        1234,
    )
    assert (found.validation, found.test, found.macro_f1) == (0.61, 0.6, 0.3)
    assert (found.epochs, found.published, found.shortened) == (10, 40, True)
    assert found.int8 is None


def test_the_converted_model_beside_it(run):
    found = read_contender(run("a", int8=True)).int8
    assert (found.size, found.top1, found.milliseconds) == (4096, 0.571, None)


def test_a_full_training_is_not_shortened(run):
    assert not read_contender(run("a", epochs=40)).shortened


@pytest.mark.parametrize(
    ("trained", "told"), [("float32", None), ("mixed_bfloat16", "mixed_bfloat16")], ids=["its own", "another"]
)
def test_a_precision_that_is_not_its_recipe_s(run, trained, told):
    assert read_contender(run("a", precision=trained)).precision == told


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"drop": ["disgust"]}, "smote, no disgust"),
        ({"balancing": {"method": "none"}, "balance": 0.3}, "drawn 0.3"),
        ({"balancing": {"method": "none"}}, "none"),
    ],
)
def test_how_labels_were_balanced(run, settings, said):
    assert read_contender(run("a", **settings)).balancing == said


def test_a_baseline_has_no_epochs(run, tmp_path):
    path = run("a")
    config = json.loads((path / "config.json").read_text())
    config["recipe"] = "svm"
    config["settings"] = {"architecture": "svm on hog", "kind": "svm"}
    (path / "config.json").write_text(json.dumps(config))
    found = read_contender(path)
    assert (found.architecture, found.epochs, found.published, found.shortened) == ("svm on hog", 0, 0, False)


def test_a_run_whose_test_split_was_not_read(run):
    path = run("a")
    figures = json.loads((path / "metrics.json").read_text())
    del figures["sets"]["FER2013 PrivateTest, original labels"]
    (path / "metrics.json").write_text(json.dumps(figures))
    found = read_contender(path)
    assert found.test is None
    assert found.macro_f1 == 0.3


def test_an_unfinished_run_is_gone_on_with_as_it_was_begun(unfinished):
    config = json.loads((unfinished / "config.json").read_text())
    for recipe, settings, said in (
        ("swish", {"architecture": "swish"}, "fit swish"),
        ("knn", {"architecture": "knn on pixels", "kind": "knn"}, "baseline knn"),
    ):
        (unfinished / "config.json").write_text(json.dumps({**config, "recipe": recipe, "settings": settings}))
        with pytest.raises(InputError, match=f"go on with: python -m train {said} --resume {unfinished}"):
            read_contender(unfinished)


def test_what_is_not_finished_or_no_run(unfinished, tmp_path):
    with pytest.raises(InputError, match="not finished; go on with"):
        read_contender(unfinished)
    with pytest.raises(InputError, match="not a run folder"):
        read_contender(tmp_path)
    (unfinished / "metrics.json").write_text("{}")
    with pytest.raises(InputError, match="not those of a finished run"):
        read_contender(unfinished)
