import copy
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import ModelError
from edge.contract.manifest import Manifest, load_manifest

FORM: dict[str, Any] = {
    "schema": 1,
    "task": "emotion",
    "sha256": "ab" * 32,
    "labels": ["angry", "happy", "sad"],
    "input": {"height": 48, "width": 40, "channels": 1, "dtype": "int8", "scale": 1.0, "zero_point": -128},
    "outputs": {
        "logits": {"tensor": "PartitionedCall:1", "kind": "logits", "size": 3},
        "embedding": {"tensor": "PartitionedCall:0", "kind": "embedding", "size": 192},
    },
    "scores": "logits",
    "temperature": 1.5,
    "threshold": 0.4,
    "trained_on": {"set": "FER2013", "accuracy": [0.7, None]},
}
FIELDS = [
    *((name,) for name in FORM if name != "trained_on"),
    *(("input", name) for name in FORM["input"]),
    *(("outputs", "logits", name) for name in FORM["outputs"]["logits"]),
]
TEXT, NUMBER, TRUE, NOTHING, LIST, OBJECT = "text", 7, True, None, [1], {"a": 1}


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    form = copy.deepcopy(FORM)
    inner = form
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return form


def refusal(form: Any) -> str:
    """The error that a manifest is refused with: one line that says which file."""
    text = form if isinstance(form, str) else json.dumps(form)
    with pytest.raises(ModelError) as caught:
        Manifest.from_json(text, "models/x.json")
    message = str(caught.value)
    assert message.startswith("models/x.json: not a usable manifest: ")
    assert "\n" not in message
    return message.removeprefix("models/x.json: not a usable manifest: ")


def test_every_field_is_read():
    manifest = Manifest.from_json(json.dumps(FORM), "x")
    assert manifest.task == "emotion"
    assert manifest.sha256 == "ab" * 32
    assert manifest.labels == ("angry", "happy", "sad")
    assert manifest.input.size == (48, 40)
    assert (manifest.input.channels, manifest.input.dtype) == (1, "int8")
    assert (manifest.input.scale, manifest.input.zero_point) == (1.0, -128)
    assert manifest.outputs["embedding"].tensor == "PartitionedCall:0"
    assert manifest.outputs["embedding"].size == 192
    assert (manifest.scores, manifest.temperature, manifest.threshold) == ("logits", 1.5, 0.4)
    assert manifest.provenance == {"trained_on": {"set": "FER2013", "accuracy": [0.7, None]}}


def test_what_is_written_is_what_is_read():
    manifest = Manifest.from_json(json.dumps(FORM), "x")
    assert json.loads(manifest.to_json()) == FORM
    assert Manifest.from_json(manifest.to_json(), "x") == manifest


@pytest.mark.parametrize("path", FIELDS, ids="/".join)
def test_no_field_may_be_missing(path):
    form = changed(path, None)
    inner = form
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    assert path[-1] in refusal(form)


@pytest.mark.parametrize("path", FIELDS, ids="/".join)
@pytest.mark.parametrize("value", [TEXT, NUMBER, TRUE, NOTHING, LIST, OBJECT], ids=lambda v: type(v).__name__)
def test_no_field_may_be_of_another_type(path, value):
    accepted = [(("outputs", "logits", "tensor"), TEXT), (("input", "height"), NUMBER), (("input", "width"), NUMBER)]
    accepted += [(("input", "scale"), NUMBER), (("input", "zero_point"), NUMBER), (("temperature",), NUMBER)]
    if (path, value) in accepted and type(value) in (str, int):
        Manifest.from_json(json.dumps(changed(path, value)), "x")
    else:
        refusal(changed(path, value))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("schema",), 2, "schema is not 1"),
        (("schema",), "1", "schema is not 1"),
        (("task",), "age", "task is 'age', not one of emotion, gate"),
        (("sha256",), "ab" * 31, "sha256 is not 64"),
        (("sha256",), "zz" * 32, "sha256 is not 64"),
        (("labels",), [], "0 labels for 3 scores"),
        (("labels",), ["a", "b"], "2 labels for 3 scores"),
        (("labels",), ["a", "b", "a"], "labels repeat: a, b, a"),
        (("labels",), ["a", "b", ""], "labels are empty"),
        (("labels",), ["a", "b", " "], "labels are empty"),
        (("labels",), ["a", "b", "c\nd"], "cannot be printed"),
        (("labels",), ["a", "b", "\ud800"], "cannot be printed"),
        (("labels",), ["a", "b", 3], "labels is not a list of texts"),
        (("input", "height"), 0, "height is 0, not a whole number of at least 1"),
        (("input", "width"), 48.0, "width is 48.0"),
        (("input", "channels"), 2, "channels is 2, not one of 1, 3"),
        (("input", "channels"), 1.0, "channels is 1.0"),
        (("input", "dtype"), "float16", "dtype is 'float16'"),
        (("input", "dtype"), "float32", "a float32 input takes pixels of 0 to 255"),
        (("input", "scale"), 0, "scale is 0"),
        (("input", "scale"), -1.0, "scale is -1.0"),
        (("input", "zero_point"), -129, "zero_point is -129"),
        (("outputs",), {}, "the scores 'logits' are not among the outputs"),
        (("outputs", "logits"), 3, "output logits is not an object"),
        (("outputs", "logits", "kind"), "softmax", "kind is 'softmax'"),
        (("outputs", "logits", "size"), 4, "3 labels for 4 scores"),
        (("scores",), "embedding", "are an embedding"),
        (("scores",), "nothing", "'nothing' are not among the outputs logits, embedding"),
        (("temperature",), 0, "temperature is 0"),
        (("temperature",), 1e-320, "temperature is"),
        (("temperature",), float("inf"), "temperature is inf"),
        (("temperature",), float("nan"), "temperature is nan"),
        (("threshold",), 1, "threshold is 1"),
        (("threshold",), -0.1, "threshold is -0.1"),
        (("threshold",), float("nan"), "threshold is nan"),
        (("task",), "gate", "the labels of a gate are other and human"),
        (("task",), ["emotion"], "task is ['emotion']"),
        (("input", "scale"), 10**400, "too large"),
        (("outputs",), {"a\nb": 3}, "output a b is not an object"),
    ],
)
def test_what_is_wrong_is_said(path, value, said):
    assert said in refusal(changed(path, value))


def test_a_float_model_takes_pixels_as_they_are():
    source = {**FORM["input"], "dtype": "float32", "scale": 1, "zero_point": 0}
    assert Manifest.from_json(json.dumps(changed(("input",), source)), "x").input.scale == 1.0


@pytest.mark.parametrize("order", [["other", "human"], ["human", "other"]])
def test_a_gate_may_have_its_labels_in_any_order(order):
    form = changed(("labels",), order) | {"task": "gate"}
    form["outputs"]["logits"]["size"] = 2
    assert Manifest.from_json(json.dumps(form), "x").labels == tuple(order)


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '"a"', "[" * 100_000, '{"schema": 1}', "{}", "\0", "NaN"])
def test_other_texts_are_refused(text):
    refusal(text)


@given(st.text(max_size=60))
def test_any_text_is_refused_in_one_line(text):
    refusal(text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(path=st.sampled_from([*FIELDS, ("outputs", "logits"), ("outputs", "other")]), value=ANYTHING)
def test_any_value_anywhere_is_taken_or_refused_in_one_line(path, value):
    form = changed(path, value)
    try:
        manifest = Manifest.from_json(json.dumps(form), "models/x.json")
    except ModelError:
        refusal(form)
    else:
        assert Manifest.from_json(manifest.to_json(), "x") == manifest


@given(st.dictionaries(st.text(min_size=1).map("about_".__add__), st.text() | st.integers() | st.lists(st.text())))
def test_whatever_else_is_known_of_a_model_is_kept(about):
    manifest = dataclasses.replace(Manifest.from_json(json.dumps(FORM), "x"), provenance=about)
    assert Manifest.from_json(manifest.to_json(), "x") == manifest


def test_only_the_described_bytes_pass():
    data = bytes(range(256))
    form = changed(("sha256",), hashlib.sha256(data).hexdigest().upper())
    manifest = Manifest.from_json(json.dumps(form), "x")
    manifest.check_bytes(data, "x.tflite")
    for other in (b"", data[:-1], data + b"\0", bytes([data[0] ^ 1]) + data[1:]):
        with pytest.raises(ModelError, match=r"x\.tflite is not the file its manifest describes"):
            manifest.check_bytes(other, "x.tflite")


class TestLoadManifest:
    def test_it_lies_beside_the_model(self, tmp_path):
        (tmp_path / "a.b.json").write_text(json.dumps(FORM))
        assert load_manifest(tmp_path / "a.b.tflite").labels == ("angry", "happy", "sad")

    @pytest.mark.parametrize("content", [None, b"\xff\xfe", b"{"])
    def test_missing_or_broken(self, tmp_path, content):
        if content is not None:
            (tmp_path / "m.json").write_bytes(content)
        with pytest.raises(ModelError, match=r"m\.") as caught:
            load_manifest(tmp_path / "m.tflite")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("path", [".", "/", "..", "tests/", "a\0b.tflite"])
    def test_what_is_not_the_path_of_a_file(self, path):
        with pytest.raises(ModelError, match="manifest cannot be read"):
            load_manifest(Path(path))
