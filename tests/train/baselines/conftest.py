import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.labels import EMOTIONS

# These learn with scikit-learn, and an installation without requirements-train.txt lacks it.
collect_ignore = (
    [] if importlib.util.find_spec("sklearn") else ["test_estimator.py", "test_search.py", "test_command.py"]
)


@pytest.fixture(scope="session")
def faces(tmp_path_factory) -> Path:
    """Seven emotions, each with a disc in its own place and light."""
    folder = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(1)
    for index, label in enumerate(EMOTIONS):
        (folder / label).mkdir()
        for number in range(20):
            picture = rng.integers(0, 60, (48, 48)).astype(np.uint8)
            cv2.circle(picture, (8 + 5 * index, 24 + int(rng.integers(-2, 3))), 6, 120 + 15 * index, -1)
            cv2.imwrite(str(folder / label / f"{number:02}.png"), picture)
    return folder
