"""`run --preview`: the page of a run, which never waits for who looks at it."""

import json
import signal
import socket
import threading
import time

import cv2
import numpy as np
import pytest

from edge.contract.errors import ConfigurationError, OutputError
from edge.contract.records import Frame, Start, Stop
from edge.pipeline import Pipeline
from edge.service.runner import Runner
from edge.web.door import Door
from edge.web.options import open_preview
from edge.web.preview import Preview
from tests.edge.web.asking import WITHIN, address, analysis, frame, request, seen, start, until
from tests.edge.web.test_serve import look


@pytest.fixture
def preview(photos):
    told = []
    with Preview(Door(port=0), photos, told.append) as preview:
        preview.port = address(told[0])[1]
        yield preview


def test_it_shows_what_it_is_given(preview):
    preview.handle(Start(1.0, 5.0, "0.1.0", "litert", "hall", ()))
    preview.watch(frame(0, 5.0), analysis(0, 5.0, seen(3, "sad")))
    facts = look(preview.port)
    assert (facts["source"], facts["state"], facts["faces"][0]["emotion"]) == ("hall", "live", "sad")
    preview.handle(Stop(1.0, 6.0, "SIGTERM", 1, 0, 1))
    assert look(preview.port)["state"] == "ended"


def test_browsers_that_do_not_read_keep_the_run_from_nothing(preview):
    """Thirty connections ask for pictures and take none; frames go in as fast as without them."""
    noise = np.random.default_rng(1).integers(0, 255, (720, 1280), np.uint8)
    lazy = []
    for viewer in range(30):
        connection = socket.create_connection(("127.0.0.1", preview.port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET /live?viewer={viewer % 4} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 50)
        lazy.append(connection)
    slowest = 0.0
    for index in range(200):
        began = time.perf_counter()
        preview.watch(frame(index, index / 10, noise), analysis(index, index / 10, seen()))
        slowest = max(slowest, time.perf_counter() - began)
        time.sleep(0.002)
    assert slowest < 0.25, "a picture of this size takes longer to send than that, thirty times"
    for connection in lazy:
        connection.close()


def test_it_ends_while_a_photo_is_looked_at(photos, photo):
    told, answers = [], []
    with Preview(Door(port=0), photos, told.append):
        port = address(told[0])[1]
        sending = threading.Thread(target=lambda: answers.append(request(port, "POST", "/photo", photo).status))
        sending.start()
        until(lambda: answers or sending.is_alive())
    sending.join(WITHIN)
    assert answers in ([200], [500]), "it is given a moment to be done"


class Frames:
    """Frames of a stream that ends."""

    live, description, skipped, dropped = False, "frames", 0, 0

    def __init__(self, frames: list[Frame]):
        self._frames = iter(frames)

    def read(self) -> Frame | None:
        return next(self._frames, None)


def test_a_runner_shows_each_frame_with_its_analysis(photos, picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    given = [frame(index, index / 10, grey) for index in range(5)]
    shown, order = [], []
    pipeline: Pipeline = photos.open()

    class Output:
        def handle(self, moment):
            order.append(type(moment).__name__)

    runner = Runner(Frames(given), pipeline, [Output()], watch=lambda *pair: shown.append(pair))
    runner.run(lambda wall, mono: Start(wall, mono, "", "", "", ()))
    assert [(one, result.index) for one, result in shown] == [(one, one.index) for one in given]
    assert order.count("Analysis") == 6, "also that of the end, which has no frame"


def test_nothing_is_shown_while_it_looks_away(photos, picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    shown = []
    given = Frames([frame(index, index / 10, grey) for index in range(5)])
    runner = Runner(given, photos.open(), [], paused=lambda: True, watch=lambda *pair: shown.append(pair))
    runner.run(lambda wall, mono: Start(wall, mono, "", "", "", ()))
    assert shown == []


def test_run_with_a_preview(tmp_path):
    log = tmp_path / "log.jsonl"
    process = start("run", "--source", "demo", "--preview", "0", "--log", str(log), "--max-frames", "100")
    host, port = address(process.stderr.readline())
    assert host == "127.0.0.1"
    numbers, faces = [], []

    def watch() -> bool:
        try:
            facts = look(port, f"&after={numbers[-1] if numbers else -1}")
        except OSError:
            return True  # the run has ended, and its page with it
        numbers.extend([facts["number"]] if facts else [])
        faces.extend(face["emotion"] for face in facts.get("faces", []))
        return False

    until(watch)
    _, errors = process.communicate(timeout=WITHIN)
    assert (process.returncode, errors) == (0, "")
    assert numbers == sorted(set(numbers))
    assert "happy" in faces
    assert json.loads(log.read_text().splitlines()[-1])["frames"] == 100


def test_run_stops_with_its_preview():
    process = start("run", "--source", "demo", "--preview", "0")
    _, port = address(process.stderr.readline())
    with socket.create_connection(("127.0.0.1", port)):
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=WITHIN)
    assert (process.returncode, errors) == (0, "")


def test_an_exposed_preview_is_refused_before_anything_starts():
    for more in ([], ["--check"]):
        process = start("run", "--source", "demo", "--preview", "0.0.0.0:8080", *more)
        output, errors = process.communicate(timeout=WITHIN)
        assert (process.returncode, output, errors.count("\n")) == (78, "", 1)
        assert "needs a token" in errors


def test_addresses_and_tokens_are_checked(photos):
    with pytest.raises(ConfigurationError, match="needs a token"):
        open_preview("0.0.0.0:8080", None, photos.open)
    preview = open_preview("[::]:0", "a-token-of-many-letters", photos.open)
    assert isinstance(preview, Preview)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OutputError, match="in use"):
        open_preview(str(taken.getsockname()[1]), None, photos.open).__enter__()
