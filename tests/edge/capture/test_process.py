"""A real reader process on real sources. Only the camera of a Raspberry Pi is a stand-in, with its faults."""

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from edge.capture import child
from edge.capture.camera import Camera
from edge.capture.mailbox import Ends, Mailbox, Opening, Writer
from edge.capture.process import ReaderError, ReaderProcess
from edge.capture.settings import CaptureSettings
from edge.capture.task import Task
from edge.capture.view import View
from edge.contract.records import Box

ROOT = str(Path(__file__).parents[3])
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""

SMALL = CaptureSettings(size=(100, 60), max_fps=None)


@pytest.fixture
def start():
    started = []

    def start(spec, settings=SMALL, **kwargs):
        started.append(ReaderProcess(spec, settings, **kwargs))
        return started[-1]

    yield start
    for process in started:
        process.close()


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def alive(pid):
    """Whether a process that is not this one's child is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_frames_come_through_as_they_were_seen(start, serve_mjpeg):
    before = time.time(), time.monotonic()
    server = serve_mjpeg([40, 90, 140, 190], again=True)
    process = start(f"http://127.0.0.1:{server.port}/")
    frames = [process.take(PATIENCE).frame for _ in range(3)]
    assert all(frame.grey.shape == (48, 64) for frame in frames)
    assert all(np.ptp(frame.grey) <= 2 for frame in frames)
    assert {round(float(frame.grey.mean()), -1) for frame in frames} <= {40, 90, 140, 190}
    assert before[0] <= frames[0].time <= frames[-1].time <= time.time()
    assert before[1] <= frames[0].mono < frames[-1].mono <= time.monotonic()


def test_frames_that_change_size_in_mid_stream(start, serve_mjpeg):
    sizes = ((64, 48), (640, 480), (32, 24))
    server = serve_mjpeg([100] * 30, again=True, sizes=sizes)
    process = start(f"http://127.0.0.1:{server.port}/")
    seen = set()
    until(lambda: seen.add(process.take(PATIENCE).frame.grey.shape[::-1]) or seen == set(sizes), f"only {seen} came")


def test_corrupt_jpegs_are_counted_and_make_no_noise(start, serve_mjpeg, capfd):
    server = serve_mjpeg([100], again=True, corrupt=2)
    process = start(f"http://127.0.0.1:{server.port}/")
    until(lambda: process.take(PATIENCE).skipped >= 5, "every other one is")
    assert np.ptp(process.take(PATIENCE).frame.grey) <= 2
    process.close()
    assert "Corrupt JPEG" not in capfd.readouterr().err


def test_rate_and_view_are_heeded_in_the_reader(start, serve_mjpeg):
    server = serve_mjpeg([100], again=True)
    view = View(rotate=90, region=Box(8, 16, 20, 30))
    process = start(f"http://127.0.0.1:{server.port}/", CaptureSettings(max_fps=4.0, view=view))
    letters = [process.take(PATIENCE) for _ in range(4)]
    assert {letter.frame.grey.shape for letter in letters} == {(30, 20)}
    gaps = np.diff([letter.frame.mono for letter in letters])
    assert gaps.mean() > 0.15, "of a camera that gives many more"


def test_unusable_frames_are_counted_and_left_out(start, picamera2_fault):
    picamera2_fault.write_text("bad")
    process = start("picamera")
    until(lambda: process.take(PATIENCE).skipped >= 12, "all six kinds twice")
    assert process.take(PATIENCE).frame.grey.shape == (60, 100)


def test_no_password_in_its_arguments_environment_or_errors(start, serve_mjpeg):
    server = serve_mjpeg([100], again=True)
    process = start(f"http://joe:s3cret@127.0.0.1:{server.port}/?token=t0ken")
    process.take(PATIENCE)
    told = b"".join(Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ", "comm"))
    assert b"edge.capture.child" in told
    for secret in (b"joe", b"s3cret", b"t0ken"):
        assert secret not in told
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(ReaderError, match=r"http://\*\*\*@127.*was ended by SIGKILL"):
        take_all(process)
    assert "/?token=t0ken" in server.requests, "the camera itself has got it"


def take_all(process):
    while True:
        process.take(PATIENCE)


def test_it_loads_no_model_and_starts_no_threads(start, picamera2_fault):
    process = start("picamera")
    process.take(PATIENCE)
    loaded = Path(f"/proc/{process.pid}/maps").read_text().lower()
    assert "cv2" in loaded
    assert not [name for name in ("litert", "tflite", "tensorflow") if name in loaded]
    assert "Threads:\t1\n" in Path(f"/proc/{process.pid}/status").read_text()


def test_why_it_gave_up_is_told_in_the_sources_own_words(start, picamera2_fault):
    picamera2_fault.write_text("absent")
    with pytest.raises(ReaderError, match=r"picamera: no camera to be had .*rpicam-hello --list-cameras"):
        start("picamera").take(PATIENCE)


def test_what_it_could_not_use_is_told_with_the_last_words(start, picamera2_fault):
    picamera2_fault.write_text("bad")
    process = start("picamera")
    process.take(PATIENCE)
    picamera2_fault.write_text("unplugged")
    with pytest.raises(ReaderError, match=r"gives no frames any more \(Request failed\)") as error:
        take_all(process)
    assert error.value.skipped >= 2


def test_that_a_source_opens_again_reaches_the_parent(monkeypatch):
    """Here in one process: streams that stand still are opened again after 20 s at the earliest."""
    box = Mailbox()
    writer = Writer(Ends(tuple(map(os.dup, box.ends.slots)), *map(os.dup, box.ends.all[-3:])))
    monkeypatch.setattr(child, "open_source", lambda *_: Camera("0"))
    monkeypatch.setattr("cv2.VideoCapture", lambda *_: Mock())
    monkeypatch.setattr("cv2.setNumThreads", lambda _: None)
    child._open(Task(0, "0", SMALL, box.ends, 0), writer).before_opening()
    assert box.take(PATIENCE) == Opening()
    writer.close()
    box.close()


def test_a_library_that_crashes_takes_only_the_reader_with_it(start, picamera2_fault, capfd):
    picamera2_fault.write_text("crash")
    with pytest.raises(ReaderError, match="picamera: the process that reads it was ended by SIGABRT"):
        start("picamera").take(PATIENCE)


def test_it_ends_by_itself_when_asked_and_releases_the_camera(start, picamera2_fault):
    process = start("picamera", grace=PATIENCE)
    process.take(PATIENCE)
    process.end()
    until(process.ended, "it should have ended long before it is killed")
    assert process._process.returncode == 0


@pytest.mark.parametrize("where", ["hang-open", "hang", "stuck-stop"])
def test_one_that_hangs_is_killed(start, picamera2_fault, where):
    picamera2_fault.write_text(where if where == "hang-open" else "")
    process = start("picamera", grace=0.2)
    if where == "hang-open":
        assert process.take(3.0) is None
    else:
        process.take(PATIENCE)
        picamera2_fault.write_text(where)
        while process.take(0.5) is not None and where == "hang":
            pass
    began = time.monotonic()
    process.end()
    assert time.monotonic() - began < 1, "asking does not wait"
    until(process.ended, "it hangs on")
    assert process._process.returncode == -signal.SIGKILL


def test_one_that_is_stopped_is_killed_on_closing(start, picamera2_fault):
    process = start("picamera", grace=0.2)
    process.take(PATIENCE)
    os.kill(process.pid, signal.SIGSTOP)
    process.close()
    process.close()
    assert process._process.returncode == -signal.SIGKILL


def test_a_closing_that_hangs_does_not_keep_the_reason_back(start, picamera2_fault):
    process = start("picamera", grace=0.2)
    process.take(PATIENCE)
    picamera2_fault.write_text("unplugged stuck-stop")
    with pytest.raises(ReaderError, match="Request failed"):
        take_all(process)


def test_ctrl_c_is_for_the_parent(start, picamera2_fault):
    process = start("picamera")
    process.take(PATIENCE)
    assert os.getpgid(process.pid) != os.getpgid(0), "a terminal's Ctrl-C does not reach it"
    os.kill(process.pid, signal.SIGINT)
    for _ in range(5):
        assert process.take(PATIENCE) is not None


PARENT = """
import sys, time
from edge.capture.process import ReaderProcess
from edge.capture.settings import CaptureSettings
process = ReaderProcess("picamera", CaptureSettings(size=(100, 60)))
process.take(60)
print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("fault", ["", "hang"])
def test_it_dies_with_its_parent_and_leaves_nothing_behind(picamera2_fault, fault):
    shared = set(Path("/dev/shm").iterdir())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", PARENT], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        picamera2_fault.write_text(fault)
        parent.kill()
    until(lambda: not alive(child), "the reader outlived its parent")
    assert set(Path("/dev/shm").iterdir()) <= shared


READING = """
from edge.capture.process import *
try:
    ReaderProcess("/dev/video99", CaptureSettings()).take(60)
except ReaderError as error:
    print(error)
"""


def reading(folder, *options, **environment):
    """What a program says that is run in a folder and reads a camera that is not there."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment
    command = [sys.executable, *options]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout + done.stderr


@pytest.mark.parametrize("options", [("-c", READING), ("-m", "program")])
def test_the_reader_imports_nothing_from_the_current_folder_unless_the_package_is_there(tmp_path, options):
    """Python looks there first, and a service may write to its own: `cv2.py` would be taken for OpenCV."""
    (tmp_path / "program.py").write_text(READING)
    (tmp_path / "cv2.py").write_text("raise SystemExit('of the current folder')\n")
    assert reading(tmp_path, *options, PYTHONPATH=ROOT).startswith("/dev/video99: cannot be opened")
    assert reading(ROOT, "-c", READING).startswith("/dev/video99: cannot be opened"), "as in a checkout"


def open_files():
    gc.collect()  # or what earlier tests left would be closed at any time
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def test_neither_end_leaves_a_descriptor_or_a_zombie(picamera2_fault):
    before = open_files()
    process = ReaderProcess("picamera", SMALL)
    process.take(PATIENCE)
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(ReaderError):
        take_all(process)
    process.end()
    until(process.ended, "it was killed")
    assert not Path(f"/proc/{process.pid}").exists()
    assert open_files() == before


@pytest.mark.parametrize("level", ["WARNING", "DEBUG"])
def test_what_a_library_prints_does_not_reach_standard_output(tmp_path, picamera2_fault, level):
    """With `--log -` that is where the events go."""
    (tmp_path / "picamera2.py").write_text("print('hello from a library')\nraise ImportError('none here')\n")
    script = (
        f"import logging; logging.basicConfig(level='{level}')\n"
        "from edge.capture.process import *\n"
        "try:\n    ReaderProcess('picamera', CaptureSettings()).take(60)\n"
        "except ReaderError as error:\n    print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("picamera: picamera2 cannot be imported (none here)")
    assert ("hello from a library" in done.stderr) == (level == "DEBUG")
