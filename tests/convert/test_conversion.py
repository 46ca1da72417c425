import dataclasses

import numpy as np
import pytest

from convert.calibration import draw
from convert.conversion import convert
from convert.errors import CheckFailed
from convert.flatbuffer import read_facts
from convert.source import Run, Source
from edge.contract.errors import InputError
from edge.contract.interpreter import Model
from edge.contract.labels import EMOTIONS
from edge.contract.manifest import Input, Manifest

pytestmark = pytest.mark.train


def test_the_input_takes_pixels_less_128(converted):
    assert converted.manifest.input == Input(48, 48, 1, "int8", 1.0, -128)


def test_every_output_is_found_under_its_own_name(converted, source, pictures):
    model = Model(converted.data, converted.manifest, "tiny")
    seen = pictures(20, 9)
    expected = source.model.predict(source.inputs(seen), verbose=0)
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
    assert converted.parity.int8_top1 == converted.parity.agreement == right
    assert [(entry["set"], entry["images"]) for entry in told["accuracy"]] == [("own validation", 60), ("own test", 60)]
    assert told["accuracy"][0]["top1"] == pytest.approx(right)
    assert 0 < converted.parity.largest_difference < 0.2


def test_the_manifest_survives_being_written(converted):
    assert Manifest.from_json(converted.manifest.to_json(), "tiny") == converted.manifest


def test_the_same_model_comes_out_again(converted, source, splits):
    again = convert(source, splits, draw(splits.train, EMOTIONS, 70, 1), "tiny")
    assert again.manifest.sha256 == converted.manifest.sha256


def test_nothing_that_an_old_runtime_lacks(converted):
    facts = read_facts(converted.data)
    assert facts.operators["CONV_2D"] <= 5
    assert "FULLY_CONNECTED" not in facts.operators
    assert facts.minimum_runtime == converted.manifest.provenance["minimum_runtime"]
    assert tuple(map(int, facts.minimum_runtime.split("."))) <= (2, 14, 0)


def test_a_model_that_int8_spoils_is_refused(network, far_logit, make_splits):
    spoilt = Source("spoilt", far_logit(network("logits")), "emotion", EMOTIONS)
    splits = make_splits(spoilt)
    listed = draw(splits.train, EMOTIONS, 70, 1)
    with pytest.raises(CheckFailed, match=r"int8 loses \d+\.\d\d points on own validation"):
        convert(spoilt, splits, listed, "spoilt")
    assert convert(spoilt, splits, listed, "spoilt", force=True).parity.int8_top1 < 0.9


def test_labels_in_another_order_are_matched_by_name(source, splits):
    order = (*EMOTIONS[3:], *EMOTIONS[:3])
    moved = np.array([order.index(label) for label in EMOTIONS])
    other = dataclasses.replace(source, labels=order)
    # What the model calls number k is now order[k], and the data set still counts by EMOTIONS.
    back = np.argsort(moved)
    validation = dataclasses.replace(splits.validation, labels=back[splits.validation.labels])
    listed = draw(splits.train, EMOTIONS, 70, 1)
    found = convert(other, dataclasses.replace(splits, validation=validation), listed, "tiny", force=True)
    assert found.parity.keras_top1 == 1.0


def test_other_data_than_the_training_s_are_refused(source, splits):
    digests = [splits.train.digest, splits.test.digest, splits.validation.digest]
    run = Run({"seed": 1, "data": {"splits": ["a", "b", "c"], "sha256": digests}}, {})
    with pytest.raises(InputError, match="not those that tiny was trained with"):
        convert(dataclasses.replace(source, run=run), splits, draw(splits.train, EMOTIONS, 70, 1), "tiny")
