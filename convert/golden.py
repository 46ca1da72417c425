"""Pictures and the answers expected of them, kept in the manifest: a mistake in either file shows without any data.

Each label is held down by the made picture that the model is surest of it on, so no two labels can change places
unseen. A face from the demo clip comes first.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convert.made_pictures import made_picture
from edge.contract.classifier import Classifier
from edge.contract.pictures import read_picture
from edge.contract.preprocessing import whole
from edge.contract.records import Grey

CANDIDATES = 256
"""How many made pictures are looked at to find the surest of each label."""

_TOLERANCE = {"int8": 0.1, "dynamic": 0.1}
"""How far a probability may be off. Runtimes round int8 differently: tflite-runtime 2.14.0 and LiteRT 2.3.0 were up to
0.06 apart on the surest pictures of each label, the same model and the same processor."""
_TOLERANCE_OF_FLOATS = 0.02

_PORTRAIT = Path(__file__).with_name("assets") / "portrait.png"


@dataclass(frozen=True, slots=True)
class Compared:
    """How a model's answers agree with the recorded ones: the largest difference of a probability, and where it is."""

    pictures: int
    difference: float
    tolerance: float
    where: str

    @property
    def agrees(self) -> bool:
        """Whether every probability is near enough."""
        return self.difference <= self.tolerance


def labels_digest(labels: tuple[str, ...]) -> str:
    """A sha256 of labels in their order."""
    return hashlib.sha256("\n".join(labels).encode()).hexdigest()


def record(classifier: Classifier, kind: str) -> dict[str, Any]:
    """Chooses the pictures and notes what the model says of them, for its manifest."""
    manifest = classifier.manifest
    made = {seed: classifier.probabilities(made_picture(seed, manifest.input.size)) for seed in range(CANDIDATES)}
    surest = {max(made, key=lambda seed: made[seed][index]) for index in range(len(manifest.labels))}
    chosen = ["portrait", *(f"made {seed}" for seed in sorted(surest))]
    return {
        "labels_sha256": labels_digest(manifest.labels),
        "tolerance": _TOLERANCE.get(kind, _TOLERANCE_OF_FLOATS),
        "pictures": {name: _answer(classifier, name) for name in chosen},
    }


def check(classifier: Classifier, recorded: Mapping[str, Any]) -> Compared:
    """Asks the model again.

    Args:
        classifier: the model with its manifest.
        recorded: what `record` gave.

    Raises:
        ValueError: it is not of that form.
    """
    tolerance, pictures = recorded.get("tolerance"), recorded.get("pictures")
    if not isinstance(tolerance, float) or not 0 < tolerance < 0.5 or not isinstance(pictures, dict) or not pictures:
        raise ValueError("its tolerance or its pictures are missing")
    found = []
    for name, expected in pictures.items():
        if not isinstance(expected, dict) or not all(isinstance(value, float | int) for value in expected.values()):
            raise ValueError(f"the answer to {name} is not a probability for each label")
        for label, value in classifier.scores(picture(name, classifier.manifest.input.size)):
            apart = abs(value - expected.get(label, -1.0))
            found.append((apart if apart >= 0 else 1.0, f"{label} of {name}"))  # not a number is no agreement
    difference, where = max(found)
    return Compared(len(pictures), difference, tolerance, where)


def picture(name: str, size: tuple[int, int]) -> Grey:
    """A golden picture by its recorded name, at a model's input size. Raises ValueError where there is none."""
    if name == "portrait":
        return whole(read_picture(_PORTRAIT), size)
    kind, _, number = name.partition(" ")
    if kind != "made" or not number.isdecimal():
        raise ValueError(f"no picture is called {name!r:.40}")
    return made_picture(int(number), size)


def _answer(classifier: Classifier, name: str) -> dict[str, float]:
    scores = classifier.scores(picture(name, classifier.manifest.input.size))
    return {label: round(value, 4) for label, value in scores}
