import asyncio
import os
import subprocess
import sys
import threading

import pytest

from edge.web import aside as module
from edge.web.aside import aside
from tests.edge.web.asking import ROOT, WITHIN

CLOSING = """
import http.client, sys, threading, time
from edge.web.app import build_app
from edge.web.door import Door
from edge.web.photos import Photos
from edge.web.server import Server

begun, answers = threading.Event(), []

def load():  # as long as a photo may take: for ever
    begun.set()
    threading.Event().wait()

def send(picture):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/photo", picture)
    answer = connection.getresponse()
    answers.append((answer.status, answer.read()))

with Server(build_app(Door(port=0), Photos(load), None, "0"), Door(port=0)) as server:
    picture = open(sys.argv[1], "rb").read()
    clients = [threading.Thread(target=send, args=[picture]) for _ in range(2)]
    for client in clients:
        client.start()
    begun.wait()
for client in clients:
    client.join()
print(answers)
"""


def test_what_it_gives_and_raises():
    assert asyncio.run(aside(lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        asyncio.run(aside(lambda: 1 // 0))


def test_it_works_where_it_may_not_be_nice(monkeypatch):
    """As under a sandbox, or for a user whose process is nicer already."""

    def refuse(*_: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", refuse)
    assert asyncio.run(asyncio.wait_for(aside(lambda: 7), WITHIN)) == 7


def test_whatever_goes_wrong_is_raised_and_nobody_waits_for_ever(monkeypatch):
    def broken(*_: int) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(module, "_yield_to_the_run", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        asyncio.run(asyncio.wait_for(aside(lambda: 7), WITHIN))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness of their own")
def test_it_leaves_the_run_its_core():
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert asyncio.run(aside(niceness)) == max(niceness(), 10)


def test_who_stops_waiting_does_not_disturb_the_work(recwarn):
    go, told = threading.Event(), threading.Event()

    def work() -> None:
        go.wait()
        told.set()

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(aside(work), 0.05)

    asyncio.run(scenario())
    go.set()
    assert told.wait(WITHIN)


def test_no_photo_keeps_the_process_from_its_end(tmp_path, photo):
    (tmp_path / "photo.jpg").write_bytes(photo)
    command = [sys.executable, "-c", CLOSING, str(tmp_path / "photo.jpg")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN)
    assert ended.returncode == 0
    assert ended.stdout == f"{[(503, b'the page is being closed' + bytes([10]))] * 2}\n"
    assert "Traceback" not in ended.stderr
