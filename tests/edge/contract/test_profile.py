"""A person's profile: its numbers come back as they went, and nothing else is taken for one."""

import dataclasses
import hashlib
import json
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.classifier import Classifier, softmax
from edge.contract.errors import ConfigurationError, ModelError, OutputError
from edge.contract.interpreter import Model
from edge.contract.manifest import Output, load_manifest
from edge.contract.profile import Profile, embedding_of, load_profile, save_profile

LABELS = ("angry", "happy", "neutral")
OFFSETS = np.array([0.5, -1.25, 0.0])
WEIGHTS = np.arange(12.0).reshape(3, 4) / 7000


def profile(**changes) -> Profile:
    told = {"kind": "expressions", "faces": {"happy": 12}}
    return dataclasses.replace(Profile("ab" * 32, LABELS, OFFSETS, WEIGHTS, told), **changes)


def form(**changes) -> str:
    return json.dumps({**json.loads(profile().to_json()), **changes})


class TestFile:
    def test_it_comes_back_as_it_went(self, tmp_path):
        path = tmp_path / "me.json"
        save_profile(profile(), path)
        found = load_profile(path)
        assert (found.model, found.labels, found.told) == ("ab" * 32, LABELS, profile().told)
        np.testing.assert_array_equal(found.offsets, OFFSETS)
        np.testing.assert_allclose(found.weights, WEIGHTS, rtol=1e-5)
        assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest(), "what the log says is the file's"

    def test_offsets_may_be_all(self, tmp_path):
        save_profile(profile(weights=None), tmp_path / "me.json")
        assert load_profile(tmp_path / "me.json").weights is None

    def test_it_is_for_its_owners_eyes(self, tmp_path):
        path = tmp_path / "new" / "folder" / "me.json"
        save_profile(profile(), path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert [entry.name for entry in path.parent.iterdir()] == ["me.json"]

    def test_a_place_that_cannot_be(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(OutputError, match="file: cannot be made"):
            save_profile(profile(), tmp_path / "file" / "me.json")

    @pytest.mark.parametrize("name", ["missing.json", ".", "with\0null"])
    def test_what_cannot_be_read(self, tmp_path, name):
        with pytest.raises(ConfigurationError) as caught:
            load_profile(tmp_path / name)
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 78

    def test_a_file_far_too_large_is_not_read_to_its_end(self, tmp_path):
        path = tmp_path / "me.json"
        with path.open("wb") as file:
            file.truncate(50_000_000)
        with pytest.raises(ConfigurationError, match="more than 4 MB"):
            load_profile(path)

    def test_every_cut_is_noticed(self, tmp_path):
        data = profile().to_json().encode()
        path = tmp_path / "me.json"
        for length in range(len(data.rstrip())):
            path.write_bytes(data[:length])
            with pytest.raises(ConfigurationError, match=r"me\.json: not a"):
                load_profile(path)

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"version": 2}, "its version is 2, not 1"),
            ({"version": True}, "its version"),
            ({"model": 5}, "model is not a sha256"),
            ({"labels": []}, "labels"),
            ({"labels": ["angry", "happy"]}, "not those of 2 labels"),
            ({"offsets": [0, 0]}, "not those of 3 labels"),
            ({"offsets": [0, float("nan"), 0]}, "finite"),
            ({"offsets": [0, float("inf"), 0]}, "finite"),
            ({"offsets": [0, 1e300, 0]}, "finite"),
            ({"offsets": [0, 10**400, 0]}, "not a usable profile"),
            ({"offsets": [0, True, 0]}, "not numbers"),
            ({"offsets": "000"}, "not numbers"),
            ({"weights": [[1, 2], [3], [4, 5]]}, "not a usable profile"),
            ({"weights": [[1, 2], [3, "4"], [5, 6]]}, "not numbers"),
            ({"weights": [1, 2, 3]}, "not a usable profile"),
            ({"weights": None}, "not a usable profile"),
        ],
    )
    def test_damage_is_named_in_one_line(self, changes, reason):
        with pytest.raises(ConfigurationError, match=reason) as caught:
            Profile.from_json(form(**changes), "me.json")
        assert str(caught.value).startswith("me.json: ")
        assert "python -m edge calibrate" in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_missing_part_is_named(self):
        with pytest.raises(ConfigurationError, match="offsets is missing"):
            Profile.from_json(json.dumps({"version": 1, "model": "ab", "labels": ["a"]}), "me.json")

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.sampled_from(["version", "model", "labels", "offsets", "weights"]), inner)
            ),
        )
    )
    def test_any_json_is_a_profile_or_refused(self, value):
        try:
            found = Profile.from_json(json.dumps(value), "x")
        except ConfigurationError:
            return
        assert np.isfinite(found.offsets).all()
        assert len(found.offsets) == len(found.labels)


class TestUse:
    def test_logits_are_moved_before_the_temperature(self, data, face, answer):
        manifest = load_manifest(data / "tiny_float32.tflite")
        model = Model.load(data / "tiny_float32.tflite")
        own = profile(model=manifest.sha256)
        own.check(manifest, "me.json")
        said = answer(face)
        moved = said["logits"] + WEIGHTS @ said["embedding"] + OFFSETS
        found = Classifier(model, profile=own).probabilities(face)
        np.testing.assert_allclose(found, softmax(moved, manifest.temperature), rtol=1e-5)

    def test_a_profile_of_zeros_changes_nothing(self, data, face):
        model = Model.load(data / "tiny_int8.tflite")
        none = profile(offsets=np.zeros(3), weights=np.zeros((3, 4)))
        plain = Classifier(model).probabilities(face)
        np.testing.assert_array_equal(Classifier(model, profile=none).probabilities(face), plain)

    def test_it_is_loaded_with_its_model(self, data, face, tmp_path):
        path = data / "tiny_int8.tflite"
        save_profile(profile(model=load_manifest(path).sha256, offsets=np.array([0, 50, 0])), tmp_path / "me.json")
        classifier = Classifier.load(path, "emotion", profile=tmp_path / "me.json")
        assert classifier.scores(face).best == "happy"
        assert classifier.scores(face).confidence > 0.999
        assert classifier.profile.told["faces"] == {"happy": 12}

    def test_features_are_those_without_it(self, data, face):
        model = Model.load(data / "tiny_int8.tflite")
        plain, own = Classifier(model).features(face), Classifier(model, profile=profile()).features(face)
        np.testing.assert_array_equal(plain[0], own[0])
        np.testing.assert_array_equal(plain[1], own[1])
        assert (plain[0].shape, plain[1].shape) == ((4,), (3,))

    def test_another_models_profile_is_refused(self, data, tmp_path):
        save_profile(profile(), tmp_path / "me.json")
        with pytest.raises(ConfigurationError, match=r"me\.json: a profile for the emotion model abababab, not for"):
            Classifier.load(data / "tiny_int8.tflite", "emotion", profile=tmp_path / "me.json")

    @pytest.mark.parametrize(
        "changes", [{"labels": ("happy", "angry", "neutral")}, {"weights": np.zeros((3, 5))}], ids=["labels", "size"]
    )
    def test_numbers_that_do_not_fit_the_model_are_refused(self, data, changes):
        manifest = load_manifest(data / "tiny_int8.tflite")
        with pytest.raises(ConfigurationError, match=r"me\.json: its "):
            profile(model=manifest.sha256, **changes).check(manifest, "me.json")

    def test_a_model_without_an_embedding_takes_offsets_alone(self, data):
        manifest = load_manifest(data / "tiny_int8.tflite")
        manifest = dataclasses.replace(manifest, outputs={"logits": manifest.outputs["logits"]})
        assert embedding_of(manifest) is None
        profile(model=manifest.sha256, weights=None).check(manifest, "me.json")
        with pytest.raises(ConfigurationError, match="embedding"):
            profile(model=manifest.sha256).check(manifest, "me.json")

    def test_a_model_of_probabilities_has_no_features(self, data, face):
        path = data / "tiny_int8.tflite"
        manifest = load_manifest(path)
        outputs = {**manifest.outputs, "logits": Output(manifest.outputs["logits"].tensor, "probabilities", 3)}
        model = Model(path.read_bytes(), dataclasses.replace(manifest, outputs=outputs), "mine")
        with pytest.raises(ModelError, match=r"mine: .*logits and an embedding"):
            Classifier(model).features(face)
