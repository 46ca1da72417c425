"""People who are simulated from FER2013's pictures. It says of no two pictures that they show the same person.

None of the three kinds is a real person. Each shares one thing with one: a camera that always sees the face in the same
way, expressions that are always shown in the same way, or a face at rest that others take for something else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.contract.records import Grey
from train.datasets.examples import Examples

POSED = 10
"""Pictures a label to calibrate with."""

FRAMES = 20
"""Frames of each way of showing an expression."""

_TESTED = 500


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What somebody calibrates with, and what is measured then.

    Attributes:
        posed: pictures, uint8, (N, height, width).
        asked: their labels, (N,).
        parts: which third of the time each belongs to, (N,); None to cut each label's into thirds.
        shown: other pictures of theirs, (M, height, width).
        meant: their labels, (M,).
    """

    posed: NDArray[np.uint8]
    asked: NDArray[np.int64]
    parts: NDArray[np.int64] | None
    shown: NDArray[np.uint8]
    meant: NDArray[np.int64]


def seen_alike(learn: Examples, test: Examples, seed: int) -> Person:
    """Ten strangers a label, all seen by one badly placed camera: turned, tilted, shifted, lit from a side, blurred.

    What can be learned is the camera's manner, from faces that are not those of the test. Labels come as often as in
    the data.
    """
    rng = np.random.default_rng([1, seed])
    see = _camera(rng)
    chosen = np.concatenate([_draw(rng, learn, label, POSED) for label in range(_labels(learn))])
    tested = np.sort(rng.permutation(len(test))[:_TESTED])
    return Person(
        _each(see, learn.pixels[chosen]),
        learn.labels[chosen],
        None,
        _each(see, test.pixels[tested]),
        test.labels[tested],
    )


def showing_alike(learn: Examples, _: Examples, seed: int) -> Person:
    """Three pictures a label, one for each round, as frames of a moving head; the test is other frames of the same.

    The most that a profile can reach: what it is asked is what it has learned, and only the frames differ.
    """
    rng = np.random.default_rng([2, seed])
    see = _camera(rng)
    own = [
        (label, part, where)
        for label in range(_labels(learn))
        for part, where in enumerate(_draw(rng, learn, label, 3))
    ]
    asked = np.repeat([label for label, _, _ in own], FRAMES)
    posed, shown = (
        [see(_moved(rng, learn.pixels[where])) for _, _, where in own for _ in range(FRAMES)] for _ in (0, 1)
    )
    return Person(np.stack(posed), asked, np.repeat([part for _, part, _ in own], FRAMES), np.stack(shown), asked)


def resting_like(other: int, neutral: int, learn: Examples, test: Examples, seed: int) -> Person:
    """Neutral faces in which at least two of ten taggers saw one other label; the test is every face of the data."""
    rng = np.random.default_rng([3, seed, other])
    chosen = rng.permutation(alike_at_rest(learn, other, neutral))[:POSED]
    return Person(learn.pixels[chosen], learn.labels[chosen], None, test.pixels, test.labels)


def alike_at_rest(examples: Examples, other: int, neutral: int) -> NDArray[np.intp]:
    """Where the neutral faces are that look somewhat like another label to people."""
    assert examples.votes is not None
    return np.flatnonzero((examples.labels == neutral) & (examples.votes[:, other] > 0.15))


def _labels(examples: Examples) -> int:
    return int(examples.labels.max()) + 1


def _draw(rng: np.random.Generator, examples: Examples, label: int, many: int) -> NDArray[np.intp]:
    return rng.permutation(np.flatnonzero(examples.labels == label))[:many]


def _each(see: Callable[[Grey], Grey], pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.stack([see(picture) for picture in pictures])


def _camera(rng: np.random.Generator) -> Callable[[Grey], Grey]:
    """How one person's camera sees every picture: always the same way."""
    tilt, shear, scale = rng.uniform(-18, 18), rng.uniform(-0.2, 0.2), rng.uniform(0.85, 1.2)
    across, down = rng.uniform(-4, 4, 2)
    gain, side = rng.uniform(0.5, 1.2), rng.uniform(-0.8, 0.8)
    blur, noise = rng.choice([0.0, 0.0, 0.8, 1.4]), rng.choice([0.0, 4.0, 8.0])
    glasses = rng.random() < 1 / 3

    def see(picture: Grey) -> Grey:
        height, width = picture.shape
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), tilt, scale)
        turn[:, :2] = np.array([[1, shear], [0, 1]]) @ turn[:, :2]
        turn[:, 2] += (across - shear * (height - 1) / 2, down)
        seen = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        if glasses:
            seen = _with_glasses(seen)
        if blur:
            seen = cv2.GaussianBlur(seen, (0, 0), float(blur))
        lit = seen * gain * (1 + side * (np.arange(width) / (width - 1) - 0.5)) + rng.normal(0, noise, seen.shape)
        return np.clip(lit, 0, 255).astype(np.uint8)

    return see


def _with_glasses(picture: Grey) -> Grey:
    drawn, (height, width) = picture.copy(), picture.shape
    for x in (0.3, 0.7):
        cv2.circle(drawn, (round(x * width), round(0.4 * height)), round(0.14 * width), 20, 2)
    cv2.line(drawn, (round(0.44 * width), round(0.4 * height)), (round(0.56 * width), round(0.4 * height)), 20, 1)
    return drawn


def _moved(rng: np.random.Generator, picture: Grey) -> Grey:
    """One frame of a head that holds an expression: small turns and shifts, a little light and noise."""
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), rng.normal(0, 4), 1 + rng.normal(0, 0.05))
    turn[:, 2] += rng.normal(0, 1.2, 2)
    moved = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    lit = moved * rng.normal(1, 0.08) + rng.normal(0, 4, moved.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)


Kind = Callable[[Examples, Examples, int], Person]


def kinds() -> Iterator[tuple[str, Kind]]:
    """The kinds that calibrate all expressions, by what they share."""
    yield "one camera's way of seeing, other faces", seen_alike
    yield "one way of showing each expression, the same faces", showing_alike
