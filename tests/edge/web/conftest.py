import subprocess
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from edge.web.app import build_app
from edge.web.door import Door
from edge.web.live import Live
from edge.web.photos import Photos
from tests.edge.web.asking import ROOT, Client, address, encoded, start


@pytest.fixture(scope="session")
def photos() -> Photos:
    """The real pipeline, loaded once."""
    from edge.assembly import load_photo_pipeline

    return Photos(load_photo_pipeline)


@pytest.fixture
def live() -> Live:
    return Live("demo")


@pytest.fixture
def client(photos, live) -> Client:
    return Client(build_app(Door(), photos, live, "0.1.0"))


@pytest.fixture(scope="session")
def picture() -> np.ndarray:
    """A frame of the demo clip with its face: BGR, 480x640."""
    video = cv2.VideoCapture(str(ROOT / "edge" / "assets" / "demo.mp4"))
    for _ in range(30):
        video.grab()
    good, image = video.retrieve()
    assert good
    return image


@pytest.fixture(scope="session")
def photo(picture) -> bytes:
    return encoded(picture, ".jpg")


@pytest.fixture
def serving(tmp_path) -> Iterator:
    """Starts `serve` on a free port; whatever was started is ended."""
    started: list[subprocess.Popen] = []

    def serve(*options: str, **more) -> tuple[subprocess.Popen, int]:
        process = start("serve", "--port", "0", *options, **more)
        started.append(process)
        line = process.stdout.readline()
        assert line.startswith("http://"), (line, process.communicate())
        return process, address(line)[1]

    yield serve
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
