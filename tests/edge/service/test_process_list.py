"""A password in a camera's address: in no log, status line, message, argument or environment of any process of ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.edge.capture.conftest import MjpegServer
from tests.edge.service.processes import ENOUGH, ROOT, Run, parent_of

SECRETS = (b"s3cret", b"joe", b"t0ken")


@pytest.fixture
def camera():
    server = MjpegServer([60, 120], again=True)
    yield server
    server.close()


@pytest.fixture
def systemd(tmp_path):
    """Where a service manager would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.setblocking(False)
        yield channel


def heard(channel: socket.socket) -> bytes:
    said = b""
    while True:
        try:
            said += channel.recv(4096) + b"\n"
        except BlockingIOError:
            return said


def world_readable(pid: int) -> bytes:
    """What any user may read of a process."""
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "comm", "stat", "status"))


@pytest.mark.parametrize("way", ["option", "file", "environment"])
def test_nobody_gets_to_see_it(tmp_path, camera, systemd, way):
    address = f"http://joe:s3cret@127.0.0.1:{camera.port}/?token=t0ken"
    config = tmp_path / "config.toml"
    config.write_text(f'[camera]\nsource = "{address}"\nstale_after = 2\n' if way == "file" else "")
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
    if way == "environment":
        environment["EMOTION_EDGE_CAMERA_SOURCE"] = address
    given = address if way == "option" else None
    with Run(tmp_path, "--config", str(config), "--wait", source=given, **environment) as run:
        run.until("start")
        (reader,) = run.readers()
        seen = world_readable(run.process.pid) + world_readable(reader)
        inherited = Path(f"/proc/{reader}/environ").read_bytes()
        os.kill(reader, signal.SIGKILL)
        run.until("start", "lost", "back")
        run.process.send_signal(signal.SIGTERM)
        out, errors = run.process.communicate(timeout=ENOUGH)
        assert run.process.returncode == 0
    status = heard(systemd)
    log = run.log.read_bytes()
    for name, text in {
        "process list": seen,
        "the reader's environment": inherited,
        "log": log,
        "status": status,
        "output": out.encode(),
        "messages": errors.encode(),
    }.items():
        assert not [secret for secret in SECRETS if secret in text], name
    assert b"edge" in seen
    assert b"looking at http://***@127.0.0.1" in status
    assert b"http://***@127.0.0.1" in log
    assert f"127.0.0.1:{camera.port}".encode() in log
    assert "/?token=t0ken" in camera.requests, "the camera itself has got it"


HIDE = """
import sys, time
from edge.service.process_list import hide_credentials
hide_credentials()
print("hidden", sys.argv[1:], flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("argument", "shown"),
    [
        ("rtsp://joe:s3cret@cam/1", "rtsp://***@cam/1*******"),
        ("rtsp://j@c", "rtsp://***"),
        ("http://cam/?pwd=s", "http://cam/?pwd="),
        ("rtsp://cam/1", "rtsp://cam/1"),
        ("tür", "tür"),
    ],
)
def test_arguments_keep_their_length_and_their_neighbours(argument, shown):
    command = [sys.executable, "-c", HIDE, "before", argument, "after"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == f"hidden {['before', argument, 'after']}\n", "the program itself has it"
        found = Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")[-4:]
    finally:
        process.kill()
        process.communicate()
    assert found[0] == b"before"
    assert found[1].decode().startswith(shown)
    assert len(found[1]) == len(argument.encode())
    assert found[2:] == [b"after", b""]


def test_the_moment_before_is_short(tmp_path, camera):
    """The program hides it before it loads anything heavy."""
    command = [sys.executable, "-m", "edge", "run", "--source", f"http://joe:s3cret@127.0.0.1:{camera.port}/"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + ENOUGH
        while b"s3cret" in Path(f"/proc/{process.pid}/cmdline").read_bytes():
            assert time.monotonic() < end
            time.sleep(0.01)
        assert "cv2" not in Path(f"/proc/{process.pid}/maps").read_text()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    "command", [["run"], ["serve", "--port", "0"], ["calibrate"], ["bench"], ["doctor"]], ids=" ".join
)
def test_every_command_hides_it(tmp_path, camera, command):
    address = f"http://joe:s3cret@127.0.0.1:{camera.port}/?token=t0ken"
    words = [sys.executable, "-m", "edge", *command, "--source", address]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        end = time.monotonic() + ENOUGH
        while b"http://***@127.0.0.1" not in world_readable(process.pid):
            assert time.monotonic() < end
            assert process.poll() is None
            time.sleep(0.01)
        assert not [secret for secret in SECRETS if secret in world_readable(process.pid)]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_the_processes_of_a_sweep_are_never_given_it(tmp_path, camera):
    address = f"http://joe:s3cret@127.0.0.1:{camera.port}/?token=t0ken"
    sweep = ["--sweep", "threads=1", "--frames", "3", "--starts", "1", "--json", str(tmp_path / "out.json")]
    process = subprocess.Popen(
        [sys.executable, "-m", "edge", "bench", "--source", address, *sweep],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        seen = set()
        while process.poll() is None:
            seen |= commands_below(process.pid)
            time.sleep(0.005)
    finally:
        process.kill()
        said, _ = process.communicate()
    assert process.returncode == 0, said
    assert len(seen) >= 3, "the measurement, its start, and a reader"
    for text in (*seen, said, (tmp_path / "out.json").read_bytes()):
        assert not [secret for secret in SECRETS if secret in text]


def commands_below(pid: int) -> set[bytes]:
    """The command lines of all processes that a process has started, and those have."""
    parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    found = set()
    for child in below - {pid}:
        with suppress(OSError):  # it has ended meanwhile
            found.add(Path(f"/proc/{child}/cmdline").read_bytes())
    return found
