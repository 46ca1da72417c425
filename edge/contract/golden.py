"""Pictures and the answers expected of them, kept in the manifest: a mistake in either file shows without any data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.classifier import Classifier
from edge.contract.made_pictures import made_picture
from edge.contract.pictures import read_picture
from edge.contract.preprocessing import whole
from edge.contract.records import Grey

_PORTRAIT = Path(__file__).resolve().parent.parent / "assets" / "portrait.png"


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


def check_golden(classifier: Classifier, recorded: Mapping[str, Any]) -> Compared:
    """Asks the model again.

    Args:
        classifier: the model with its manifest.
        recorded: the manifest's entry `golden`, as `convert.golden.record` makes it.

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
        for label, value in classifier.scores(golden_picture(name, classifier.manifest.input.size)):
            apart = abs(value - expected.get(label, -1.0))
            found.append((apart if apart >= 0 else 1.0, f"{label} of {name}"))  # not a number is no agreement
    difference, where = max(found)
    return Compared(len(pictures), difference, tolerance, where)


def golden_picture(name: str, size: tuple[int, int]) -> Grey:
    """A golden picture by its recorded name, at a model's input size. Raises ValueError where there is none."""
    if name == "portrait":
        return whole(read_picture(_PORTRAIT), size)
    kind, _, number = name.partition(" ")
    if kind != "made" or not number.isdecimal():
        raise ValueError(f"no picture is called {name!r:.40}")
    return made_picture(int(number), size)
