"""`python -m edge serve` as a process: what a user gets, and what reaches the disk."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from edge.contract.pictures import decode
from tests.edge.web.asking import ROOT, WITHIN, request, start, until
from tests.edge.web.test_app import taken_apart
from tests.terminals import IN_FRONT, terminal

CLIP = ROOT / "edge" / "assets" / "demo.mp4"


def look(port: int, query: str = "") -> dict:
    answer = request(port, "GET", f"/live?viewer=test{query}")
    assert answer.status in (200, 204)
    return taken_apart(answer.body)[0] if answer.status == 200 else {}


def captured(port: int) -> tuple[dict, bytes] | None:
    """A capture with a happy face; the clip also has seconds without one."""
    found, picture = taken_apart(request(port, "POST", "/capture").body)
    happy = any(face["emotion"] == "happy" for face in found["faces"])
    return (found, picture) if happy else None


def test_the_demo_shows_a_happy_face_and_stops_cleanly(serving):
    process, port = serving("--source", "demo")
    facts = until(lambda: (found := look(port)).get("faces") and found)
    assert facts["faces"][0]["emotion"] == "happy"
    assert facts["source"] == "demo"
    found, picture = until(lambda: captured(port))
    assert decode(picture, "").shape == (found["height"], found["width"]) == (480, 640)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=WITHIN) == ("", "")
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_photos_without_a_camera(serving, photo, number):
    process, port = serving()
    found = json.loads(request(port, "POST", "/photo", photo).body)
    assert [face["emotion"] for face in found["faces"] if face["human"]] == ["happy"]
    assert request(port, "GET", "/live").status == 404
    process.send_signal(number)
    assert process.communicate(timeout=WITHIN) == ("", "")
    assert process.returncode == 0


@pytest.mark.parametrize("options", [(), ("--source", "demo")])
def test_closing_its_terminal_ends_it(serving, options):
    with terminal() as window:
        process, port = serving(*options, stdin=window.end, through=IN_FRONT, start_new_session=True)
        assert request(port, "GET", "/").status == 200
        window.close()
        assert process.communicate(timeout=WITHIN) == ("", "")
        assert process.returncode == 0


def test_it_stops_while_somebody_waits_for_a_frame(serving):
    process, port = serving("--source", "demo")
    waiting = socket.create_connection(("127.0.0.1", port))
    waiting.sendall(b"GET /live?viewer=x&after=999999 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    idle = socket.create_connection(("127.0.0.1", port))
    until(lambda: look(port).get("number", 0) > 3)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=WITHIN) == ("", "")
    assert process.returncode == 0
    waiting.close()
    idle.close()


def test_no_picture_reaches_the_disk(serving, photo, tmp_path):
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    process, port = serving("--source", "demo", cwd=tmp_path, env=environment)
    # From here on the kernel refuses every byte that is to be written into a file, whoever writes it.
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
    large = photo + bytes(5_000_000)  # decoders do not mind what follows a picture, and many keep small ones in memory
    for _ in range(3):
        found = json.loads(request(port, "POST", "/photo", large).body)
        assert [face["emotion"] for face in found["faces"] if face["human"]] == ["happy"]
    assert until(lambda: look(port).get("faces"))
    assert request(port, "POST", "/capture").status == 200
    assert list(tmp_path.rglob("*")) == []
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=WITHIN) == ("", "")
    assert process.returncode == 0


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_no_file_is_opened_to_write_a_picture(photo, tmp_path):
    trace = tmp_path / "trace"
    command = [
        "strace",
        "-D",
        "-f",
        "-qq",
        "-e",
        "trace=open,openat,creat,memfd_create,mknod,mknodat",
        "-o",
        str(trace),
    ]
    command += [sys.executable, "-B", "-m", "edge", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().split(":")[2].split("/")[0])
        before = len(trace.read_text().splitlines())
        assert request(port, "POST", "/photo", photo + bytes(3_000_000)).status == 200
        opened = trace.read_text().splitlines()[before:]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WITHIN)
    writing = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TMPFILE", "creat(", "memfd_create", "mknod")
    assert [line for line in opened if any(word in line for word in writing)] == []
    assert before > 100, "the start is traced, so the upload would be"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--host", "0.0.0.0"], 78, "other machines can reach this address, so it needs a token"),
        (["--host", "0.0.0.0", "--token", "short"], 78, "16 to 256 ASCII characters"),
        (["--port", "70000"], 78, "not an address to listen on"),
        (["--source", "/nowhere.mp4"], 64, "no such file"),
        (["--source", "/dev/video99"], 69, "/dev/video99"),
        (["--models", "/nowhere"], 78, "/nowhere/emotion.tflite: no such model"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(options, code, said):
    process = start("serve", *options)
    output, errors = process.communicate(timeout=WITHIN)
    assert (process.returncode, output) == (code, "")
    assert said in errors
    assert errors.count("\n") == 1
    assert "Traceback" not in errors


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("serve", "--port", str(taken.getsockname()[1]))
        output, errors = process.communicate(timeout=WITHIN)
    assert (process.returncode, output) == (74, "")
    assert "is it in use? try another port" in errors


def test_the_token_may_come_from_the_environment(serving):
    _, port = serving("--source", "demo", env={**os.environ, "EMOTION_EDGE_WEB_TOKEN": "0123456789abcdef"})
    assert request(port, "GET", "/").status == 401
    assert request(port, "GET", "/", headers={"Authorization": "Bearer 0123456789abcdef"}).status == 200


def test_without_the_packages(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['starlette'] = None\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    for command in (["serve"], ["run", "--source", "demo", "--preview", "0"]):
        process = start(*command, env={**os.environ, "PYTHONPATH": path})
        output, errors = process.communicate(timeout=WITHIN)
        assert (process.returncode, output) == (78, "")
        assert errors.startswith("emotion-edge: the web page needs the package starlette: python -m pip install")
        assert errors.count("\n") == 1
