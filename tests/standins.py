"""Faces that are drawn, and classifiers that decide by brightness: for tests that need no trained model."""

import math

import cv2
import numpy as np

from edge.contract.manifest import Input, Manifest, Output
from edge.contract.records import Scores


def draw_face(side: int, light: float = 1.0) -> np.ndarray:
    """A face that the cascade finds: uint8 (side, side), its brightness multiplied by `light`."""

    def at(*percent: float) -> tuple[int, ...]:
        return tuple(round(value * side / 100) for value in percent)

    face = np.full((side, side), 90, np.uint8)
    cv2.ellipse(face, at(50, 52), at(38, 50), 0, 0, 360, 190, -1)
    cv2.rectangle(face, at(0, 0), at(100, 12), 70, -1)
    for eye in (32, 68):
        cv2.ellipse(face, at(eye, 38), at(12, 6), 0, 0, 360, 90, -1)
        cv2.ellipse(face, at(eye, 30), at(13, 3), 0, 0, 360, 80, -1)
    cv2.rectangle(face, at(46, 40), at(54, 62), 215, -1)
    cv2.ellipse(face, at(50, 66), at(9, 3), 0, 0, 360, 140, -1)
    cv2.ellipse(face, at(50, 80), at(17, 4), 0, 0, 360, 100, -1)
    return (cv2.GaussianBlur(face, (0, 0), side / 60) * light).astype(np.uint8)


class ByBrightness:
    """In place of a TFLite model: two labels, the second the more probable the brighter the face."""

    def __init__(
        self,
        task: str,
        labels: tuple[str, str],
        threshold: float,
        size: tuple[int, int] = (48, 48),
        even: float = 127.5,
        slope: float = 20.0,
    ):
        """Both labels are equally probable at a mean brightness of `even`; `slope` says how soon that changes."""
        self.even, self.slope = even, slope
        self.calls = 0
        self.manifest = Manifest(
            task=task,
            sha256="0" * 64,
            labels=labels,
            input=Input(*size, 1, "int8", 1.0, -128),
            outputs={"logits": Output("logits", "logits", 2)},
            scores="logits",
            threshold=threshold,
        )

    def probabilities(self, face: np.ndarray) -> np.ndarray:
        assert face.shape == self.manifest.input.size
        assert face.dtype == np.uint8
        self.calls += 1
        second = 1 / (1 + math.exp((self.even - face.mean()) / self.slope))
        return np.array([1 - second, second])

    def scores(self, face: np.ndarray) -> Scores:
        return Scores(self.manifest.labels, tuple(self.probabilities(face).tolist()))
