"""Tells human faces from what else the detector returns."""

from edge.contract.classifier import Classifier
from edge.contract.labels import HUMAN
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box, Grey


class Gate:
    """Lets a window through to the emotion model, or not.

    Attributes:
        threshold: the probability of a human, 0 to 1, from which a window is let through.
    """

    def __init__(self, classifier: Classifier, threshold: float | None = None):
        """Takes a model of the task "gate"; `threshold` instead of the one in its manifest."""
        self._classifier = classifier
        self._size = classifier.manifest.input.size
        self._human = classifier.manifest.labels.index(HUMAN)
        self.threshold = classifier.manifest.threshold if threshold is None else threshold

    def human(self, grey: Grey, box: Box) -> float:
        """The probability, 0 to 1, that the window shows a human face.

        Raises:
            InputError: the box does not touch the picture.
        """
        return self._classifier.scores(face_crop(grey, box, self._size)).values[self._human]

    def passes(self, human: float) -> bool:
        """Whether a window with this probability is let through."""
        return human >= self.threshold
