import dataclasses
import hashlib
import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from edge.contract import interpreter
from edge.contract.errors import InputError, ModelError
from edge.contract.interpreter import Model, runtime
from edge.contract.manifest import Input, Manifest, load_manifest


def parts(path: Path) -> tuple[bytes, Manifest]:
    return path.read_bytes(), load_manifest(path)


def refusal(data: bytes, manifest: Manifest) -> str:
    with pytest.raises(ModelError) as caught:
        Model(data, manifest, "models/x.tflite")
    message = str(caught.value)
    assert message.startswith("models/x.tflite")
    assert "\n" not in message
    return message


def described_as(data: bytes, manifest: Manifest) -> Manifest:
    return dataclasses.replace(manifest, sha256=hashlib.sha256(data).hexdigest())


class TestRun:
    def test_a_float_model_answers_as_worked_out(self, data, face, answer):
        found = Model.load(data / "tiny_float32.tflite").run(face)
        assert list(found) == ["logits", "embedding"]
        for name, wanted in answer(face).items():
            assert found[name].dtype == np.float32
            np.testing.assert_allclose(found[name], wanted, atol=1e-4)

    def test_an_int8_model_answers_to_within_its_steps(self, data, face, answer):
        found = Model.load(data / "tiny_int8.tflite").run(face)
        np.testing.assert_allclose(found["embedding"], answer(face)["embedding"], atol=0.51)
        np.testing.assert_allclose(found["logits"], answer(face)["logits"], atol=0.1)
        assert found["logits"].dtype == found["embedding"].dtype == np.float32

    def test_a_uint8_model_of_another_scale_has_its_pixels_rounded_and_clipped(self, data, answer):
        model = Model.load(data / "tiny_uint8.tflite")
        assert (round(model.manifest.input.scale, 6), model.manifest.input.zero_point) == (0.8, 40)
        for value in range(256):
            step = min(round(value / 0.8 + 40), 255)  # what is over 172 cannot be said in this scale
            found = model.run(np.full((48, 48), value, np.uint8))["embedding"]
            np.testing.assert_allclose(found, (step - 40) * 0.8, atol=0.01)

    def test_a_uint8_model_sees_a_picture_not_its_mean(self, data, face, answer):
        dim = face // 2
        found = Model.load(data / "tiny_uint8.tflite").run(dim)
        np.testing.assert_allclose(found["embedding"], answer(dim)["embedding"], atol=0.5)
        np.testing.assert_allclose(found["logits"], answer(dim)["logits"], atol=0.1)

    def test_a_colour_model_gets_the_grey_in_every_channel(self, data, face, answer):
        found = Model.load(data / "tiny_rgb.tflite").run(face)
        np.testing.assert_allclose(found["embedding"], answer(face)["embedding"], atol=1e-3)
        np.testing.assert_allclose(found["logits"], answer(face)["logits"], atol=1e-3)

    @pytest.mark.parametrize("value", [0, 127, 128, 255])
    def test_int8_takes_black_and_white_and_all_between(self, data, value):
        found = Model.load(data / "tiny_int8.tflite").run(np.full((48, 48), value, np.uint8))
        assert found["embedding"].tolist() == [value] * 4

    def test_answers_outlive_the_next_face(self, data, face):
        model = Model.load(data / "tiny_float32.tflite")
        first = model.run(face)["embedding"]
        kept = first.copy()
        model.run(255 - face)
        np.testing.assert_array_equal(first, kept)

    def test_a_view_is_read_as_its_copy(self, data, face):
        model = Model.load(data / "tiny_int8.tflite", threads=2)
        view = face.T[::-1]
        np.testing.assert_array_equal(model.run(view)["logits"], model.run(view.copy())["logits"])

    @pytest.mark.parametrize(
        "face",
        [
            np.zeros((48, 47), np.uint8),
            np.zeros((1, 48, 48), np.uint8),
            np.zeros((48, 48, 1), np.uint8),
            np.zeros((48, 48), np.int8),
            np.zeros((48, 48), np.float32),
        ],
        ids=lambda face: f"{face.dtype} {face.shape}",
    )
    def test_another_shape_or_type_is_refused(self, data, face):
        with pytest.raises(InputError, match=r"expected uint8 \(48, 48\)"):
            Model.load(data / "tiny_int8.tflite").run(face)

    def test_messages_name_the_file_by_its_path(self, data):
        model = Model.load(data / "tiny_int8.tflite")
        assert model.name == str(data / "tiny_int8.tflite")
        with pytest.raises(InputError, match=f"^{re.escape(model.name)}: "):
            model.run(np.zeros((9, 9), np.uint8))


class TestVerification:
    @pytest.fixture(autouse=True)
    def _no_runtime(self, monkeypatch):
        """Bytes that are not verified must never reach the runtime's parser."""

        def never():
            raise AssertionError("the runtime was asked")

        monkeypatch.setattr(interpreter, "_interpreter_class", never)

    def test_a_flipped_bit_anywhere(self, data):
        content, manifest = parts(data / "tiny_int8.tflite")
        for position in range(len(content)):
            bad = bytearray(content)
            bad[position] ^= 1 << position % 8
            assert "is not the file its manifest describes" in refusal(bytes(bad), manifest)

    def test_another_length(self, data):
        content, manifest = parts(data / "tiny_int8.tflite")
        for bad in (b"", content[:-1], content[: len(content) // 2], content + b"\0"):
            assert "is not the file its manifest describes" in refusal(bad, manifest)

    def test_another_models_manifest(self, data):
        content, _ = parts(data / "tiny_int8.tflite")
        assert "sha256" in refusal(content, load_manifest(data / "tiny_float32.tflite"))

    @pytest.mark.parametrize("missing", [".tflite", ".json"])
    def test_half_of_the_pair(self, data, tmp_path, missing):
        for suffix in {".tflite", ".json"} - {missing}:
            (tmp_path / f"m{suffix}").write_bytes((data / f"tiny_int8{suffix}").read_bytes())
        with pytest.raises(ModelError, match=r"m\..*cannot be read"):
            Model.load(tmp_path / "m.tflite")


class TestChecks:
    @pytest.fixture
    def tiny(self, data) -> tuple[bytes, Manifest]:
        return parts(data / "tiny_int8.tflite")

    # Its parser ends the process with SIGSEGV there; the edge hands it nothing that is not what a manifest describes.
    whole_parser = pytest.mark.skipif(sys.maxsize < 2**32, reason="the 32-bit runtime reads beyond broken bytes")

    @whole_parser
    @pytest.mark.parametrize("content", [b"", b"not a model", b"\x1c\0\0\0TFL3" + b"\xff" * 200])
    def test_bytes_that_no_runtime_can_load(self, tiny, content):
        assert "cannot load it" in refusal(content, described_as(content, tiny[1]))

    @whole_parser
    def test_a_model_cut_short_by_its_owner(self, tiny):
        content = tiny[0][:500]
        assert "cannot load it" in refusal(content, described_as(content, tiny[1]))

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"height": 40}, "its input is int8 (1, 48, 48, 1), its manifest says int8 (1, 40, 48, 1)"),
            ({"width": 64}, "says int8 (1, 48, 64, 1)"),
            ({"channels": 3}, "says int8 (1, 48, 48, 3)"),
            ({"dtype": "uint8"}, "its input is int8 (1, 48, 48, 1), its manifest says uint8 (1, 48, 48, 1)"),
            ({"scale": 1 / 255}, "its input has scale and zero point (1.0, -128)"),
            ({"scale": 1.00001}, "its manifest says (1.00001, -128)"),
            ({"zero_point": 0}, "its manifest says (1.0, 0)"),
        ],
    )
    def test_another_input_than_the_manifest_says(self, tiny, changes, said):
        content, manifest = tiny
        source: Input = dataclasses.replace(manifest.input, **changes)
        assert said in refusal(content, dataclasses.replace(manifest, input=source))

    def test_a_float_model_described_as_quantized(self, data, tiny):
        content, manifest = parts(data / "tiny_float32.tflite")
        assert "its input is float32" in refusal(content, dataclasses.replace(manifest, input=tiny[1].input))

    def test_an_output_that_is_not_there(self, tiny):
        content, manifest = tiny
        outputs = {"logits": dataclasses.replace(manifest.outputs["logits"], tensor="Identity")}
        message = refusal(content, dataclasses.replace(manifest, outputs=outputs))
        assert "no output 'Identity' for logits; there are PartitionedCall:" in message

    def test_more_labels_than_scores(self, tiny):
        content, manifest = tiny
        outputs = {"logits": dataclasses.replace(manifest.outputs["logits"], size=7)}
        message = refusal(content, dataclasses.replace(manifest, labels=tuple("abcdefg"), outputs=outputs))
        assert "logits is (1, 3), expected 7 values" in message

    def test_outputs_without_a_scale(self, data):
        assert "logits is int64 without a scale" in refusal(*parts(data / "odd_argmax.tflite"))

    def test_two_inputs(self, data):
        assert "2 inputs, expected one" in refusal(*parts(data / "odd_two_inputs.tflite"))

    def test_no_threads(self, tiny):
        with pytest.raises(ModelError, match="thread"):
            Model(*tiny, "x", threads=0)


class TestRuntime:
    def test_it_says_its_name_and_version(self):
        assert runtime().split()[0] in ("ai-edge-litert", "tflite-runtime")
        assert runtime().split()[1][0].isdigit()

    def test_none_installed(self, data, monkeypatch):
        for name in ("ai_edge_litert", "tflite_runtime"):
            monkeypatch.setitem(sys.modules, name, None)
            monkeypatch.setitem(sys.modules, f"{name}.interpreter", None)
        with pytest.raises(ModelError, match=r"python -m pip install -r requirements-edge\.txt") as caught:
            Model.load(data / "tiny_int8.tflite")
        assert "\n" not in str(caught.value)

    def test_the_one_of_small_boards_serves_as_well(self, data, face, answer, monkeypatch):
        real = interpreter._interpreter_class()
        stand_in = types.ModuleType("tflite_runtime.interpreter")
        stand_in.Interpreter = real
        monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
        monkeypatch.setitem(sys.modules, "tflite_runtime", types.ModuleType("tflite_runtime"))
        monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", stand_in)
        found = Model.load(data / "tiny_int8.tflite").run(face)
        np.testing.assert_allclose(found["embedding"], answer(face)["embedding"], atol=0.51)
