from pathlib import Path

import numpy as np
import pytest

from convert.measuring import Answers, answers_to_all
from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model
from train.datasets.examples import Examples, Splits

TINY = Path(__file__).parents[1] / "data" / "tiny_int8.tflite"


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(TINY)


def asked(model: Model, spread) -> Answers:
    """Answers to five pictures; `spread` gives the votes of one from how its labels rank."""
    height, width = model.manifest.input.size
    pixels = np.random.default_rng(1).integers(0, 256, (5, height, width), np.uint8)
    votes = np.zeros((5, len(model.manifest.labels)), np.float32)
    for number, picture in enumerate(pixels):
        ranks = np.argsort(-Classifier(model).probabilities(picture))
        for rank, share in enumerate(spread):
            votes[number, ranks[rank]] = share
    part = Examples(pixels, np.zeros(5, np.int64), votes)
    return answers_to_all(model, Splits(part, part, part, names=("a", "b", "c")))


@pytest.mark.parametrize(
    ("spread", "right"),
    [
        ((0.6, 0.4), True),
        ((0.4, 0.6), False),
        ((0.4, 0.3), True),  # not clear, and 0.3 unknown
        ((0.5, 0.5), True),  # a draw: nobody can say that it is wrong
        ((0.4, 0.0), False),  # most could not tell
        ((0.35, 0.25), False),  # 0.4 for none of the labels, however they are divided
    ],
)
def test_an_answer_is_right_where_no_other_has_more_votes(model, spread, right):
    found = asked(model, spread)
    assert found.right.tolist() == [right] * 5
    assert found.title == "b, most of FER+ votes, those for no label together"
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()
