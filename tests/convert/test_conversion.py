import dataclasses

import numpy as np
import pytest

from convert.calibration import draw
from convert.conversion import convert
from convert.errors import CheckFailed
from convert.origin.graph import KerasGraph
from convert.origin.run import Run
from convert.origin.source import Source
from convert.tflite.flatbuffer import read_facts
from edge.contract.interpreter import Model
from edge.contract.labels import EMOTIONS
from edge.contract.manifest import Input, Manifest
from train.datasets.examples import Examples, Splits
from train.evaluate import edge_scores

pytestmark = pytest.mark.train


def test_the_input_takes_pixels_less_128(converted):
    assert converted.manifest.input == Input(48, 48, 1, "int8", 1.0, -128)


def test_every_output_is_found_under_its_own_name(converted, source, pictures):
    model = Model(converted.data, converted.manifest, "tiny")
    seen = pictures(20, 9)
    expected = source.graph.scores(source.inputs(seen))
    found = [model.run(picture) for picture in seen]
    assert {name: output.size for name, output in converted.manifest.outputs.items()} == {
        "embedding": 16,
        "logits": 7,
        "logits_fer2013": 7,
    }
    for name, values in expected.items():
        spread = values.max() - values.min()
        np.testing.assert_allclose(np.stack([outputs[name] for outputs in found]), values, atol=0.1 * spread)
    assert not np.allclose(expected["logits"], expected["logits_fer2013"], atol=0.5 * np.ptp(expected["logits"]))


def test_the_reported_output_and_the_kinds(converted):
    kinds = {name: output.kind for name, output in converted.manifest.outputs.items()}
    assert converted.manifest.scores == "logits"
    assert kinds == {"embedding": "embedding", "logits": "logits", "logits_fer2013": "logits"}


def test_figures_are_those_of_the_converted_model(converted, splits):
    model = Model(converted.data, converted.manifest, "tiny")
    answers = [model.run(picture)["logits"].argmax() for picture in splits.validation.pixels]
    right = float((np.array(answers) == splits.validation.labels).mean())
    told = converted.manifest.provenance
    assert converted.parity.keras_top1 == 1.0  # the labels are its own answers
    assert converted.parity.top1 == converted.parity.agreement == right
    assert [(entry["set"], entry["images"]) for entry in told["accuracy"]] == [("own validation", 60), ("own test", 60)]
    assert told["accuracy"][0]["top1"] == pytest.approx(right)
    assert 0 < converted.parity.largest_difference < 0.2


def test_the_manifest_survives_being_written(converted):
    assert Manifest.from_json(converted.manifest.to_json(), "tiny") == converted.manifest


def test_the_same_model_comes_out_again(converted, source, splits):
    again = convert(source, splits, draw(splits.train, EMOTIONS, 70, 1), "tiny")
    told = [{**one.manifest.provenance, "readings": None} for one in (again, converted)]  # they hold the time
    assert told[0] == told[1]
    assert dataclasses.replace(again.manifest, provenance={}) == dataclasses.replace(converted.manifest, provenance={})


def test_nothing_that_an_old_runtime_lacks(converted):
    facts = read_facts(converted.data)
    assert facts.operators["CONV_2D"] <= 5
    assert "FULLY_CONNECTED" not in facts.operators
    told = converted.manifest.provenance
    assert (told["minimum_runtime"], told["oldest_runtime"]) == (facts.minimum_runtime, "tflite-runtime 2.14.0")
    assert tuple(map(int, facts.minimum_runtime.split("."))) <= (2, 14, 0)


def test_a_set_without_a_test_part_is_measured_once(source, splits):
    one = Splits(splits.train, splits.validation, splits.test.take(np.array([], int)), splits.names)
    found = convert(source, one, draw(splits.train, EMOTIONS, 70, 1), "tiny", "float32")
    assert [entry["set"] for entry in found.manifest.provenance["accuracy"]] == ["own validation"]
    assert found.manifest.input == Input(48, 48, 1, "float32", 1.0, 0)
    assert found.parity.agreement == 1.0
    assert found.parity.largest_difference < 1e-4
    assert found.manifest.provenance["quantization"] == {"kind": "float32"}


@pytest.fixture
def read(monkeypatch) -> list[Examples]:
    """What was measured on."""
    seen = []

    def noted(classifier, examples):
        seen.append(examples)
        return edge_scores(classifier, examples)

    monkeypatch.setattr("convert.measuring.edge_scores", noted)
    return seen


def test_a_model_that_int8_spoils_is_refused_before_the_test_split_is_read(network, far_logit, make_splits, read):
    spoilt = Source("spoilt", KerasGraph(far_logit(network("logits"))), "emotion", EMOTIONS)
    splits = make_splits(spoilt)
    listed = draw(splits.train, EMOTIONS, 70, 1)
    with pytest.raises(CheckFailed, match=r"int8 loses \d+\.\d\d points on own validation"):
        convert(spoilt, splits, listed, "spoilt")
    assert read == [splits.validation]
    forced = convert(spoilt, splits, listed, "spoilt", force=True, objections=["seen before"])
    assert read == [splits.validation, splits.validation, splits.test]
    assert forced.parity.top1 < 0.9
    first, *others = forced.manifest.provenance["forced"]
    assert first == "seen before"
    assert any("int8 loses" in other for other in others)


def test_an_output_that_is_not_reported_is_held_to_the_limits_too(network, make_splits):
    model = network("logits", "logits_fer2013")
    kernel, bias = model.get_layer("logits_head").get_weights()
    model.get_layer("logits_fer2013_head").set_weights([kernel, bias - np.array([0, 0, 0, 0, 0, 0, 1000])])
    targets = [{"output": name, "learns": "labels"} for name in ("logits", "logits_fer2013")]
    run = Run({"seed": 1, "data": {}, "settings": {"targets": targets}}, {})
    source = Source("two", KerasGraph(model), "emotion", EMOTIONS, run)
    splits = make_splits(source)
    found = convert(source, splits, draw(splits.train, EMOTIONS, 70, 1), "two", force=True)
    assert list(found.parities) == ["logits", "logits_fer2013"]
    assert found.parity is found.parities["logits"]
    assert found.parities["logits_fer2013"].top1 < 0.9 < found.parity.top1
    told = found.manifest.provenance
    assert [" of the recall of " in objection for objection in told["forced"] if "int8 loses" in objection] == [False]
    assert (told["parity"]["output"], [one["output"] for one in told["parity_of_others"]]) == (
        "logits",
        ["logits_fer2013"],
    )


def test_a_training_for_votes_on_data_without_any_is_judged_by_the_labels(network, make_splits):
    run = Run({"seed": 1, "data": {}, "settings": {"targets": [{"output": "logits", "learns": "votes"}]}}, {})
    source = Source("own", KerasGraph(network("logits")), "emotion", EMOTIONS, run)
    splits = make_splits(source)
    found = convert(source, splits, draw(splits.train, EMOTIONS, 70, 1), "own", force=True)
    assert found.manifest.provenance["accuracy"][0]["set"] == "own validation"
    assert 0 < found.manifest.threshold < 1
