import itertools
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge.capture.source import Clock
from tests.edge.capture.standins.proxy import Proxy
from tests.edge.capture.watching import Watch, watched

UTC, MONO = 1_700_000_000.0, 500.0


class SteppingClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.seconds = 0.0

    def clock(self) -> Clock:
        return Clock(lambda: UTC + self.seconds, lambda: MONO + self.seconds)


@pytest.fixture
def stepping() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def clock(stepping: SteppingClock) -> Clock:
    return stepping.clock()


def level_picture(level: int, size: tuple[int, int] = (64, 48)) -> NDArray[np.uint8]:
    """BGR of one grey level: which frame it is can be read from it again."""
    return np.full((size[1], size[0], 3), level, np.uint8)


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Writes a Motion JPEG recording whose frame i has the grey level levels[i]."""

    def make(levels: list[int], fps: float = 10.0, name: str = "clip.avi") -> Path:
        path = tmp_path / name
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, (64, 48))
        assert writer.isOpened()
        for level in levels:
            writer.write(level_picture(level))
        writer.release()
        return path

    return make


def spoil(jpeg: bytes, number: int) -> bytes:
    """A JPEG picture that was cut short, or whose head was lost."""
    return jpeg[: len(jpeg) // 2] if number % 2 else jpeg[:2] + bytes(len(jpeg) - 2)


class MjpegServer:
    """A camera's Motion JPEG stream over HTTP, the way network cameras send it.

    It hangs up after its last frame, or stalls, or begins again; `sizes` are the frames' in turn;
    every frame is good, or all but one in `corrupt`, of which every other is cut short and the others are noise.
    """

    def __init__(
        self,
        levels: list[int],
        then_stall: bool = False,
        again: bool = False,
        period: float = 0.01,
        sizes: tuple[tuple[int, int], ...] = ((64, 48),),
        corrupt: int = 0,
    ):
        self.requests: list[str] = []
        self.authorizations: list[str | None] = []
        self._over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.requests.append(self.path)
                outer.authorizations.append(self.headers.get("Authorization"))
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                for number, level in enumerate(itertools.cycle(levels) if again else levels):
                    picture = level_picture(level, sizes[number * len(sizes) // len(levels) % len(sizes)])
                    data = cv2.imencode(".jpg", picture)[1].tobytes()
                    if corrupt and number % corrupt:
                        data = spoil(data, number // corrupt)
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                    self.wfile.write(head.encode() + data + b"\r\n")
                    time.sleep(period)
                if then_stall:
                    outer._over.wait(30)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that hangs up first is no error."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def serve_mjpeg() -> Iterator[Callable[..., MjpegServer]]:
    servers: list[MjpegServer] = []

    def serve(levels: list[int], *args: object, **kwargs: object) -> MjpegServer:
        servers.append(MjpegServer(levels, *args, **kwargs))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def picamera2_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Lets reader processes find a stand-in for picamera2; what is written into this file goes wrong with it."""
    script = tmp_path / "faults"
    script.write_text("")
    monkeypatch.setenv("STANDIN_PICAMERA2", str(script))
    monkeypatch.syspath_prepend(Path(__file__).parent / "standins")
    return script


@pytest.fixture
def watch() -> Iterator[Callable[..., Watch]]:
    """Opens a camera as a run does, with short limits."""
    seen: list[Watch] = []

    def watch(spec: str, **settings: object) -> Watch:
        seen.append(watched(spec, **settings))
        return seen[-1]

    yield watch
    for one in seen:
        one.camera.close()


@pytest.fixture
def through_proxy() -> Iterator[Callable[[int], Proxy]]:
    proxies: list[Proxy] = []

    def through_proxy(port: int) -> Proxy:
        proxies.append(Proxy(port))
        return proxies[-1]

    yield through_proxy
    for proxy in proxies:
        proxy.close()
