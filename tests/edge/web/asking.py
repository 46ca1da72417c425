"""Asking the page, with and without a socket, and what it is to show."""

import asyncio
import http.client
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge.contract.records import Analysis, Box, Frame, Observation, Scores

ROOT = Path(__file__).parents[3]
WITHIN = 300.0
"""Seconds for what takes one or two on a machine that has nothing else to do."""
LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Asks an application without a socket, as uvicorn would: a body comes in parts, may break off or stand still."""

    def __init__(self, app, host: str = "127.0.0.1:8080"):
        self.app, self.host, self.taken = app, host, 0

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body=(),
        *,
        broken=False,
        still=False,
        sent: list[dict] | None = None,
    ) -> Answer:
        given = {"host": self.host, **(headers or {})}
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(key.lower().encode(), value.encode()) for key, value in given.items() if value is not None],
            "server": ("127.0.0.1", 8080),
            "client": ("127.0.0.1", 50000),
        }
        parts = [bytes(part) for part in ([body] if isinstance(body, bytes) else body)] or [b""]
        taken = self.taken = 0
        sent = [] if sent is None else sent

        async def receive():
            nonlocal taken
            if taken == len(parts):
                if broken:
                    return {"type": "http.disconnect"}
                await asyncio.sleep(3600)  # the client waits for its answer
            taken += 1
            self.taken = taken
            last = taken == len(parts) and not (broken or still)
            return {"type": "http.request", "body": parts[taken - 1], "more_body": not last}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        head = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:]))

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
        return asyncio.run(self.ask(method, path, headers))

    def post(self, path: str, body=(), headers: dict[str, str] | None = None, **more) -> Answer:
        return asyncio.run(self.ask("POST", path, headers, body, **more))


def seen(track: int = 1, emotion: str = "happy", box: Box | None = None) -> Observation:
    scores = Scores(LABELS, tuple(0.7 if label == emotion else 0.05 for label in LABELS))
    return Observation(track, box or Box(10, 20, 60, 60), 0.9, scores, emotion, 0.7, started=False, changed=False)


def analysis(index: int, mono: float, *observations: Observation) -> Analysis:
    return Analysis(index, 1000.0 + mono, mono, observations, (), 0)


def frame(index: int, mono: float, grey=None) -> Frame:
    return Frame(index, 1000.0 + mono, mono, np.full((120, 160), 90, np.uint8) if grey is None else grey)


def encoded(image: np.ndarray, suffix: str, *options: int) -> bytes:
    good, data = cv2.imencode(suffix, image, list(options))
    assert good
    return data.tobytes()


def start(*options: str, through: tuple[str, ...] = (), **more) -> subprocess.Popen:
    """A command of the edge as a process of its own, once it has said where its page is."""
    command = [*through, sys.executable, "-m", "edge", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **{"cwd": ROOT} | more)


def address(line: str) -> tuple[str, int]:
    host, _, port = line.partition("://")[2].partition("/")[0].partition(":")
    return host, int(port)


def request(port: int, method: str, path: str, body: bytes | None = None, headers: dict | None = None) -> Answer:
    """One request over a real socket."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def until(check, seconds: float = WITHIN):
    """Waits until something is true."""
    end = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)
    return value
