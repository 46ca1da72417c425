"""The demo clip as a network camera sends it, for as many viewers as come: Motion JPEG over HTTP, with faces in it."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2

from edge.capture.opening import open_source


def pictures(every: int = 5) -> list[bytes]:
    """Each fifth frame of the clip, as JPEG."""
    with open_source("demo") as clip:
        return [cv2.imencode(".jpg", frame.grey)[1].tobytes() for frame in clip if frame.index % every == 0]


class Clip(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0, fps: float = 15.0):
        self.jpegs = pictures()
        self.period = 1 / fps
        self.on = True
        super().__init__(("127.0.0.1", port), Viewer)

    def handle_error(self, *_: object) -> None:
        """A viewer that hangs up first is no error."""


class Viewer(BaseHTTPRequestHandler):
    server: Clip

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        while self.server.on:
            for data in itertools.takewhile(lambda _: self.server.on, self.server.jpegs):
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
                self.wfile.write(head.encode() + data + b"\r\n")
                time.sleep(self.server.period)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(port: int = 0) -> Iterator[int]:
    """Serves it; gives the port."""
    server = Clip(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.on = False  # who is connected would be served on
        server.shutdown()
        server.server_close()
        thread.join(5)
