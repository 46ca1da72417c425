"""Faces laid into photographed scenes, as a camera in a room would see them: what a whole pipeline is measured on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.contract.records import Box, Grey

FRAME = (640, 480)
"""Width and height of a staged frame in pixels."""

_SIDES = (60, 200)
_TILT = 15.0
_BLUR = 1.5
_NOISE = 10.0
_GAIN = (0.6, 1.3)
_OFFSET = 25.0
_FEATHER = 0.06
"""Share of a face's side over which it fades into the scene: a hard edge would be seen by detector and network."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a face was staged.

    Attributes:
        side: of the face's square in pixels, 60 to 200, evenly drawn.
        tilt: degrees that it is turned in the picture, -15 to 15, evenly drawn.
        blur: standard deviation of a Gaussian over the frame, 0 to 1.5 pixels.
        noise: standard deviation of the noise of each pixel, 0 to 10 grey levels.
        gain: of the light, 0.6 to 1.3, about a grey that is itself moved by up to 25 levels.
    """

    side: int
    tilt: float
    blur: float
    noise: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A frame, uint8 (480, 640), with one face in it: where, and how it was put there."""

    frame: Grey
    box: Box
    how: Conditions


def stage(faces: NDArray[np.uint8], scenes: Sequence[Grey], seed: int) -> Iterator[Staged]:
    """Lays each face into a scene of its own choice.

    Args:
        faces: uint8, (N, h, w), square.
        scenes: grey pictures without faces, of any size.
        seed: decides all that is random; a face's staging does not depend on the others'.
    """
    frames = [_framed(scene) for scene in scenes]
    for number, face in enumerate(faces):
        rng = np.random.default_rng((seed, number))
        how = Conditions(
            side=int(rng.integers(_SIDES[0], _SIDES[1] + 1)),
            tilt=float(rng.uniform(-_TILT, _TILT)),
            blur=float(rng.uniform(0, _BLUR)),
            noise=float(rng.uniform(0, _NOISE)),
            gain=float(rng.uniform(*_GAIN)),
        )
        left = int(rng.integers(0, FRAME[0] - how.side + 1))
        top = int(rng.integers(0, FRAME[1] - how.side + 1))
        box = Box(left, top, how.side, how.side)
        laid = _lay(frames[int(rng.integers(len(frames)))], face, box, how.tilt)
        yield Staged(_seen(laid, how, rng), box, how)


def _framed(scene: Grey) -> NDArray[np.float32]:
    """The middle of a scene at the frame's shape and size."""
    height, width = scene.shape
    scale = max(FRAME[0] / width, FRAME[1] / height)
    large = cv2.resize(scene, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_CUBIC)
    top, left = (large.shape[0] - FRAME[1]) // 2, (large.shape[1] - FRAME[0]) // 2
    return large[top : top + FRAME[1], left : left + FRAME[0]].astype(np.float32)


def _lay(scene: NDArray[np.float32], face: NDArray[np.uint8], box: Box, tilt: float) -> NDArray[np.float32]:
    """The scene with the face enlarged, turned about its middle and faded in at its edges."""
    own = face.shape[0]
    scale = box.width / own
    turn = cv2.getRotationMatrix2D(((own - 1) / 2, (own - 1) / 2), tilt, scale)
    turn[:, 2] += np.array([box.x, box.y]) + (box.width - 1) / 2 - (own - 1) / 2
    inside = np.minimum(np.arange(own) + 0.5, own - 0.5 - np.arange(own)) / (_FEATHER * own)
    fade = np.clip(np.minimum(inside[:, None], inside[None, :]), 0, 1).astype(np.float32)
    share = cv2.warpAffine(fade, turn, FRAME, flags=cv2.INTER_LINEAR)
    laid = cv2.warpAffine(face.astype(np.float32), turn, FRAME, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return scene + share * (laid - scene)


def _seen(scene: NDArray[np.float32], how: Conditions, rng: np.random.Generator) -> Grey:
    """What a camera makes of it: light, blur, noise, whole grey levels."""
    lit = (scene - 128) * how.gain + 128 + rng.uniform(-_OFFSET, _OFFSET)
    blurred = cv2.GaussianBlur(lit, (0, 0), max(how.blur, 0.05))
    noisy = blurred + rng.standard_normal(blurred.shape, np.float32) * how.noise
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
