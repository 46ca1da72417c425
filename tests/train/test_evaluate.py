"""Evaluation of converted models, on tiny ones whose answers are worked out by hand."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError, ModelError
from edge.contract.labels import GATE
from train.datasets.examples import Examples, Splits, join
from train.evaluate import Candidate, describe, evaluate, load_candidate, sit, to_json
from train.recipes import Target

DATA = Path(__file__).parents[1] / "data"


def splits() -> Splits:
    pixels = np.random.default_rng(1).integers(0, 256, (8, 48, 48), np.uint8)
    one = Examples(pixels, np.array([0, 1] * 4))
    return Splits(one, one, one)


def apart() -> Splits:
    """The same with other pictures to train on."""
    return dataclasses.replace(splits(), train=Examples(np.zeros((1, 48, 48), np.uint8), np.array([0])))


def candidate(claimed: float = 0.75) -> Candidate:
    """Right on six of eight."""
    answers = np.eye(2)[[0, 1, 0, 1, 0, 1, 1, 0]]
    return Candidate("gate", GATE, (Target("p"),), lambda examples, output: answers, {"test, original labels": claimed})


def test_figures_by_set():
    figures = evaluate(candidate(), splits(), ("validation", "test"))
    assert list(figures) == ["validation, original labels", "test, original labels"]
    assert figures["test, original labels"].top1 == 0.75
    assert list(evaluate(candidate(), splits(), ("test",))) == ["test, original labels"]
    assert json.loads(to_json(sit(candidate(), apart(), ("test",)))) == {
        "test, original labels": dataclasses.asdict(figures["test, original labels"])
    }


@pytest.mark.parametrize(
    ("claimed", "said"), [(None, ""), (0.75, "  as in the manifest"), (0.8, "  the manifest says 80.00%")]
)
def test_the_report_says_whether_the_manifest_holds(claimed, said):
    (answered,) = sit(candidate(), apart(), ("test",))
    lines = describe(answered, claimed).splitlines()
    assert lines[:2] == ["test, original labels: 8 pictures", "  top-1     75.00%" + said]
    assert "training split" not in lines[-1]


def test_pictures_that_are_trained_on_as_well_are_counted_and_the_rest_measured():
    """Three of eight: two read rightly and one wrongly."""
    known = splits().test.take(np.array([0, 1, 6]))
    answered, voted = sit(candidate(), dataclasses.replace(splits(), train=known), ("validation", "test"))
    assert answered.repeated.tolist() == voted.repeated.tolist() == [True, True, *[False] * 4, True, False]
    assert describe(answered, None).splitlines()[-1] == (
        "  3 of the pictures are in the training split as well, pixel for pixel; without them top-1 80.00%, "
        "macro-F1 0.800"
    )
    form = json.loads(to_json([answered]))["validation, original labels"]
    assert (form["images"], form["top1"]) == (8, 0.75)
    assert (form["without_repeats"]["images"], form["without_repeats"]["top1"]) == (5, 0.8)


def test_a_top_3_is_left_out_where_two_in_three_are_ties():
    labels = tuple("abcd")
    given = {"sure": np.eye(4)[[0, 1] * 4], "unsure": np.full((8, 4), 0.25)}
    for name, ranks in (("sure", False), ("unsure", True)):
        (one,) = sit(candidate(), apart(), ("test",))
        answered = dataclasses.replace(one, labels=labels, probabilities=given[name])
        assert answered.ranks == ranks
        assert ("top-3" in describe(answered, None)) == ranks


def test_nothing_but_pictures_that_are_trained_on():
    (answered,) = sit(candidate(), splits(), ("test",))
    assert answered.unrepeated is None
    assert describe(answered, None).endswith("8 of the pictures are in the training split as well, pixel for pixel")
    assert json.loads(to_json([answered]))["test, original labels"]["without_repeats"] is None


def test_a_model_that_was_trained_without_them_has_seen_none():
    known = dataclasses.replace(splits(), train=splits().train.take(np.array([0])))
    trained_on = Examples(np.zeros((1, 48, 48), np.uint8), np.array([0]))
    both = dataclasses.replace(known, train=join(known.train, trained_on))
    (answered,) = sit(dataclasses.replace(candidate(), without_repeats=True), both, ("test",))
    assert not answered.repeated.any()


def test_a_converted_model_answers_as_the_edge_does():
    found = load_candidate(DATA / "tiny_gate.tflite")
    assert (found.task, found.labels) == ("gate", GATE)
    scores = found.scorer(splits().test, found.targets[0].output)
    assert scores.shape == (8, 2)
    np.testing.assert_allclose(scores.sum(axis=1), 1)


@pytest.mark.parametrize("name", ["missing.tflite", "missing.keras"])
def test_a_model_that_is_not_there(name):
    with pytest.raises(InputError, match="no such file"):
        load_candidate(Path(name))


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "model.onnx").touch()
    with pytest.raises(InputError, match=r"neither \.tflite nor \.keras"):
        load_candidate(tmp_path / "model.onnx")


def test_a_changed_model_is_refused(tmp_path):
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_gate{suffix}", tmp_path)
    (tmp_path / "tiny_gate.tflite").write_bytes(b"x" * 99)
    with pytest.raises(ModelError, match="sha256"):
        load_candidate(tmp_path / "tiny_gate.tflite")


def test_a_model_with_other_labels_cannot_be_measured_on_these_data():
    with pytest.raises(InputError, match="are not those of the emotion data"):
        load_candidate(DATA / "tiny_int8.tflite")
