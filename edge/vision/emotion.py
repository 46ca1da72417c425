"""Reads the expression of one face in one picture."""

from edge.contract.classifier import Classifier
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box, Grey, Scores


class Emotion:
    """Gives a face the probability of each expression.

    Attributes:
        threshold: the best probability, 0 to 1, under which the answer is "uncertain".
    """

    def __init__(self, classifier: Classifier, threshold: float | None = None):
        """Takes a model of the task "emotion"; `threshold` instead of the one in its manifest."""
        self._classifier = classifier
        self._size = classifier.manifest.input.size
        self.threshold = classifier.manifest.threshold if threshold is None else threshold

    @property
    def labels(self) -> tuple[str, ...]:
        """What the probabilities are of, in their order."""
        return self._classifier.manifest.labels

    def scores(self, grey: Grey, box: Box) -> Scores:
        """Calibrated probabilities of this one picture, not smoothed.

        Raises:
            InputError: the box does not touch the picture.
        """
        return self._classifier.scores(face_crop(grey, box, self._size))
