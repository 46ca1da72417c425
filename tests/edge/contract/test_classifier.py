import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.classifier import Classifier, _softmax_of_one, softmax
from edge.contract.errors import ModelError
from edge.contract.interpreter import Model
from edge.contract.manifest import Output, load_manifest


def with_changes(path, **changes) -> Classifier:
    manifest = dataclasses.replace(load_manifest(path), **changes)
    return Classifier(Model(path.read_bytes(), manifest, path.name))


class TestSoftmax:
    def test_known_values(self):
        np.testing.assert_allclose(softmax(np.log([1, 2, 5])), [1 / 8, 2 / 8, 5 / 8])
        np.testing.assert_allclose(softmax(np.log([1, 4]), temperature=2), [1 / 3, 2 / 3])

    def test_rows_are_independent(self):
        logits = np.random.default_rng(1).normal(0, 3, (4, 7))
        np.testing.assert_allclose(softmax(logits, 1.3), [softmax(row, 1.3) for row in logits])

    @given(st.lists(st.floats(-(2.0**99), 2.0**99, width=32), min_size=1, max_size=9), st.floats(1e-2, 1e2))
    def test_any_logits_give_probabilities(self, logits, temperature):
        found = softmax(np.array(logits, np.float32), temperature)
        assert found.sum() == pytest.approx(1)
        assert (found >= 0).all()
        assert found[np.argmax(logits)] == found.max()
        assert _softmax_of_one(logits, temperature) == pytest.approx(tuple(found), abs=1e-6)


class TestClassifier:
    @pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
    def test_logits_become_calibrated_probabilities(self, data, face, answer, temperature):
        classifier = with_changes(data / "tiny_float32.tflite", temperature=temperature)
        powers = np.exp(answer(face)["logits"] / temperature)
        np.testing.assert_allclose(classifier.probabilities(face), powers / powers.sum(), atol=1e-5)

    def test_the_temperature_is_the_reported_outputs_alone(self, data, face, answer):
        outputs = load_manifest(data / "tiny_float32.tflite").outputs
        twice = {**outputs, "other": outputs["logits"]}  # one tensor under two names
        classifier = with_changes(data / "tiny_float32.tflite", outputs=twice, scores="other", temperature=3.0)
        powers = np.exp(answer(face)["logits"])
        plain = Classifier(classifier._model, "logits").probabilities(face)
        np.testing.assert_allclose(plain, powers / powers.sum(), atol=1e-5)
        assert classifier.probabilities(face).max() < plain.max()

    def test_scores_carry_the_manifests_labels_in_its_order(self, data, face, answer):
        scores = Classifier.load(data / "tiny_int8.tflite", "emotion").scores(face)
        assert scores.labels == ("angry", "happy", "neutral")
        assert scores.best == scores.labels[int(np.argmax(answer(face)["logits"]))]
        assert sum(scores.values) == pytest.approx(1)
        assert all(type(value) is float for value in scores.values)

    @pytest.mark.parametrize("value", [0, 60, 128, 200, 255])
    def test_probabilities_of_a_model_are_taken_as_they_are(self, data, value):
        scores = Classifier.load(data / "tiny_gate.tflite", "gate").scores(np.full((48, 48), value, np.uint8))
        assert scores["human"] == pytest.approx(1 / (1 + np.exp(2 * (value / 64 - 2))), abs=0.02)
        assert sum(scores.values) == pytest.approx(1, abs=1e-12)  # what int8 alone does not give

    def test_a_temperature_does_not_change_probabilities(self, data, face):
        plain, other = (with_changes(data / "tiny_gate.tflite", temperature=value) for value in (1.0, 3.0))
        np.testing.assert_array_equal(plain.probabilities(face), other.probabilities(face))

    def test_probabilities_that_are_all_zero_say_nothing(self, data):
        path = data / "tiny_int8.tflite"
        quarters = Output(load_manifest(path).outputs["embedding"].tensor, "probabilities", 4)
        classifier = with_changes(path, labels=("a", "b", "c", "d"), outputs={"quarters": quarters}, scores="quarters")
        assert classifier.probabilities(np.zeros((48, 48), np.uint8)).tolist() == [0.25] * 4

    def test_a_model_for_another_task_is_refused(self, data):
        with pytest.raises(ModelError, match=r"tiny_gate\.tflite: a model for the task gate, expected emotion"):
            Classifier.load(data / "tiny_gate.tflite", "emotion")
