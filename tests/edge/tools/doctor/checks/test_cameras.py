"""Cameras that are absent, not permitted, hanging, dark or silent."""

import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from edge.capture.demo import CLIP
from edge.tools.doctor.asking import Answer
from edge.tools.doctor.checks import cameras
from edge.tools.doctor.checks.cameras import check_cameras
from tests.edge.tools.doctor.conftest import PI, only, with_source

STANDINS = Path(__file__).parents[3] / "capture" / "standins"
USB = {"path": "/dev/video0", "driver": "uvcvideo", "card": "HD Webcam", "camera": True, "ribbon": False}
CODEC = {"path": "/dev/video10", "driver": "bcm2835-codec", "card": "codec", "camera": False, "ribbon": True}
SEEN = {"width": 640, "height": 480, "seconds": 0.4, "brightest": 200}


def answering(*described: dict, **camera: object):
    """In place of the other process, for devices that this machine does not have."""

    def ask(question: str, about: dict, patience: float = 0) -> Answer:
        return Answer({"devices": list(described)}) if question == "devices" else Answer({**SEEN, **camera})

    return ask


@pytest.fixture
def with_devices(setup, machine):
    """Device files 0 and 10 of a Raspberry Pi."""
    return replace(setup, host=machine(PI | {"dev/video0": "", "dev/video10": ""}))


@pytest.fixture
def picamera(monkeypatch, tmp_path):
    """The stand-in for picamera2, and what is wrong with it."""

    def put(faults: str) -> None:
        (tmp_path / "faults").write_text(faults)
        monkeypatch.setenv("STANDIN_PICAMERA2", str(tmp_path / "faults"))
        monkeypatch.syspath_prepend(STANDINS)

    return put


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(cameras, "WITHIN", 2.0)
    monkeypatch.setattr(cameras, "_LOADING", 60.0)


def test_a_usb_camera_is_found_and_opened(with_devices):
    found = list(check_cameras(replace(with_devices, ask=answering(USB, CODEC))))
    assert only(found, "/dev/video0").text == "HD Webcam (uvcvideo)"
    assert only(found, "picture of /dev/video0").text == "640x480 after 0.4 s"
    assert not [finding for finding in found if "video10" in finding.check], "a codec is no camera"


def test_a_covered_lens_is_worth_a_note(with_devices):
    found = only(list(check_cameras(replace(with_devices, ask=answering(USB, brightest=9)))), "picture of /dev/video0")
    assert found.state == "note"
    assert "covered" in found.text


def test_files_that_are_no_devices(with_devices):
    """Asked for real: each says why it cannot be asked."""
    found = list(check_cameras(with_devices))
    assert {finding.state for finding in found if finding.check.endswith(("video0", "video10"))} == {"note"}


def test_no_camera_at_all(setup):
    found = only(list(check_cameras(setup)), "cameras")
    assert found.state == "note"
    assert any(command.endswith("run --source demo") for command in found.mend)


@pytest.mark.parametrize("source", ["97", "/dev/video97"])
def test_one_that_was_named_and_is_not_there(setup, source):
    found = list(check_cameras(with_source(setup, source)))
    (wrong,) = [finding for finding in found if finding.state == "problem"]
    assert wrong.check == f"picture of {source}"
    assert any(command.endswith("run --source demo") for command in wrong.mend)


def test_a_camera_that_gives_pictures(setup, picamera):
    picamera("")
    found = only(list(check_cameras(with_source(setup, "picamera"))), "picture of picamera")
    assert found.state == "ok"
    assert found.text.startswith("640x480")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("hang-open", "gives no answer within 6 s"),
        ("hang", "gives no answer within 6 s"),
        ("stall", "no frame within"),
        ("absent", "no camera to be had"),
        ("crash", "SIGABRT"),
    ],
)
def test_a_camera_that_hangs_or_fails(setup, picamera, impatient, monkeypatch, fault, words):
    picamera(fault)
    if fault.startswith("hang"):
        monkeypatch.setattr(cameras, "_LOADING", 4.0)
    found = only(list(check_cameras(with_source(setup, "picamera"))), "picture of picamera")
    assert found.state == "problem"
    assert words in found.text
    assert found.mend


def test_a_stream_that_nobody_sends_hides_its_password(setup, impatient):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = list(check_cameras(with_source(setup, f"rtsp://ann:pine@127.0.0.1:{port}/a")))
    answer = only(found, f"picture of rtsp://***@127.0.0.1:{port}/a")
    assert answer.state == "problem"
    assert "pine" not in str(found)


def test_a_stream_that_never_answers(setup, impatient):
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        threading.Thread(target=lambda: held.append(server.accept()[0]), daemon=True).start()
        port = server.getsockname()[1]
        found = check_cameras(with_source(setup, f"rtsp://127.0.0.1:{port}/a"))
        assert only(list(found), f"picture of rtsp://127.0.0.1:{port}/a").state == "problem"
    for connection in held:
        connection.close()


@pytest.mark.parametrize(("source", "state"), [("demo", "ok"), (str(CLIP), "ok"), ("gopher://a", "problem")])
def test_other_sources_are_opened_too(setup, source, state):
    found = list(check_cameras(with_source(setup, source)))
    assert [finding.state for finding in found if finding.check.startswith("picture of")] == [state]


class Group:
    gr_gid = 4444
    gr_mem = ("ann",)


@pytest.mark.parametrize(
    ("user", "own", "state", "mend"),
    [
        ("ann", [4444], "ok", None),
        ("ann", [1000], "problem", "sg video -c"),
        ("bob", [1000], "problem", "sudo usermod -aG video bob"),
    ],
)
def test_cameras_are_for_members_of_a_group(with_devices, monkeypatch, user, own, state, mend):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getgroups", lambda: own)
    monkeypatch.setattr(cameras, "_user", lambda: user)
    monkeypatch.setattr("grp.getgrnam", lambda name: Group)
    found = only(list(check_cameras(replace(with_devices, ask=answering(USB)))), "group video")
    assert found.state == state
    assert mend is None or mend in found.mend[0]


def test_a_camera_that_the_service_has_is_no_problem(setup, machine, tool):
    tool("systemctl", "echo LoadState=loaded; echo ActiveState=active")
    setup = replace(with_source(setup, "/dev/video97"), host=machine({"run/systemd/system/.here": ""}))
    found = only(list(check_cameras(setup)), "picture of /dev/video97")
    assert found.state == "note"
    assert "systemctl stop emotion-edge" in found.mend[0]
