import hashlib
from pathlib import Path

import numpy as np
import pytest

from edge.contract.classifier import Classifier
from edge.contract.golden import check_golden, golden_picture

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("model", ["emotion", "gate"])
def test_the_shipped_models_answer_as_their_manifests_say(model):
    classifier = Classifier.load(DATA.parents[1] / "models" / f"{model}.tflite", model)
    found = check_golden(classifier, classifier.manifest.provenance["golden"])
    assert found.agrees
    assert found.pictures >= 2


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"tolerance": 0.1, "pictures": {}},
        {"tolerance": 7.0, "pictures": {"portrait": {"angry": 1.0}}},
        {"tolerance": 0.1, "pictures": {"portrait": [1.0]}},
        {"tolerance": 0.1, "pictures": {"portrait": {"angry": "1"}}},
        {"tolerance": 0.1, "pictures": {"somebody": {"angry": 1.0}}},
        {"tolerance": 0.1, "pictures": {"made x": {"angry": 1.0}}},
    ],
)
def test_what_is_not_a_record_is_refused(broken):
    with pytest.raises(ValueError, match=r"missing|probability|no picture is called"):
        check_golden(Classifier.load(DATA / "tiny_int8.tflite", "emotion"), broken)


def test_the_portrait_is_the_demo_clip_s_face():
    """The same crop that the edge's golden test holds fixed."""
    portrait = golden_picture("portrait", (48, 48))
    digest = hashlib.sha256(np.ascontiguousarray(portrait).tobytes()).hexdigest()
    assert digest == "63fdaa065c8d12d2af68a21bcb92024a63196e00a1ddea51c116063aa517e7c4"
