import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

# These import Keras, which an installation without requirements-train.txt lacks.
_KERAS = [
    "architectures",
    "test_batches.py",
    "test_crossvalidation.py",
    "test_devices.py",
    "test_fit.py",
    "test_fit_command.py",
    "test_main.py",
    "test_normalization.py",
    "test_refining.py",
    "test_reseeding.py",
]
collect_ignore = [] if importlib.util.find_spec("keras") else _KERAS


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets; a test that asks for it is skipped where there is none."""
    folder = os.environ.get("EMOTION_EDGE_DATA")
    if not folder:
        pytest.skip("EMOTION_EDGE_DATA is not set")
    return Path(folder)


@pytest.fixture(scope="session")
def picture() -> Callable[..., np.ndarray]:
    """Draws human faces (a light disc with a dark mouth) and other things (stripes), never two alike."""

    def draw(kind: str, seed: int, side: int = 48) -> np.ndarray:
        rng = np.random.default_rng((seed, len(kind)))
        image = np.full((side, side), rng.integers(20, 70), np.uint8)
        middle, light = side // 2, int(rng.integers(160, 230))
        if kind == "human":
            cv2.circle(image, (middle + int(rng.integers(-3, 4)), middle), side * 2 // 5, light, -1)
            cv2.ellipse(image, (middle, middle + side // 6), (side // 6, side // 12), 0, 0, 360, 30, -1)
        else:
            image[:, :: int(rng.integers(3, 7))] = light
        return cv2.add(image, rng.integers(0, 12, image.shape).astype(np.uint8))

    return draw


@pytest.fixture(scope="session")
def class_folder(tmp_path_factory: pytest.TempPathFactory, picture: Callable[..., np.ndarray]) -> Path:
    """human/ and other/ with 40 small pictures each: a gate's data."""
    folder = tmp_path_factory.mktemp("classes")
    for kind in ("human", "other"):
        (folder / kind).mkdir()
        for number in range(40):
            cv2.imwrite(str(folder / kind / f"{number:02}.png"), picture(kind, number))
    return folder
