"""An output that takes for ever, for real: a pipe that nobody empties. Frames are captured and looked at as before."""

import json
import os
import signal
import time
import urllib.request

from edge.capture.settings import CaptureSettings
from tests.brokers import free_port, wait_until
from tests.edge.service.processes import ENOUGH, Run


def frames(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    return float(next(line for line in page.splitlines() if line.startswith("emotion_edge_frames_total")).split()[1])


def rate(port: int, seconds: float) -> float:
    """Frames a second that are looked at."""
    first, began = frames(port), time.monotonic()
    time.sleep(seconds)
    return (frames(port) - first) / (time.monotonic() - began)


def shows(port: int) -> bool:
    try:
        return frames(port) > 0
    except OSError:
        return False


def test_a_log_that_takes_for_ever_holds_up_nobody_and_ends_whole(tmp_path):
    os.mkfifo(tmp_path / "log.jsonl")
    pipe = os.open(tmp_path / "log.jsonl", os.O_RDWR | os.O_NONBLOCK)
    filler = 0
    while True:
        try:
            filler += os.write(pipe, b"\n" * 4096)
        except BlockingIOError:
            break
    port = free_port()
    (tmp_path / "faults").write_text("")
    with Run(tmp_path, EMOTION_EDGE_METRICS_PORT=str(port)) as run:
        wait_until(lambda: shows(port), "frames while the very first event waits to be written", ENOUGH)
        assert rate(port, 3.0) > CaptureSettings().max_fps / 2
        run.process.send_signal(signal.SIGTERM)
        text = b""
        while run.process.poll() is None or not text.endswith(b"}\n"):
            try:
                text += os.read(pipe, 65536)
            except BlockingIOError:
                time.sleep(0.01)
        assert run.process.returncode == 0
    os.close(pipe)
    assert text.startswith(b"\n" * filler)
    events = [json.loads(line)["event"] for line in text.split(b"\n") if line]
    assert (events[0], events[-1]) == ("start", "stop"), "everything came as soon as there was room"


def test_a_reader_of_standard_output_that_does_not_read_holds_up_nobody(tmp_path):
    """As with `python -m edge run | less`: the run goes on behind the page that is being read."""
    port = free_port()
    (tmp_path / "faults").write_text("")
    out, into = os.pipe()
    os.set_blocking(into, False)
    try:
        while True:
            os.write(into, b"\n" * 4096)
    except BlockingIOError:
        os.set_blocking(into, True)
    with Run(tmp_path, stdout=into, EMOTION_EDGE_METRICS_PORT=str(port)):
        os.close(into)
        wait_until(lambda: shows(port), "frames while nobody reads", ENOUGH)
        assert rate(port, 3.0) > CaptureSettings().max_fps / 2
    os.close(out)


def test_a_reader_of_standard_output_that_has_gone_ends_the_run_without_a_traceback(tmp_path):
    """As with `python -m edge run | head -1`."""
    (tmp_path / "faults").write_text("")
    out, into = os.pipe()
    with Run(tmp_path, stdout=into) as run:
        os.close(into)
        run.until("start")
        os.close(out)
        run.faults.write_text("unplugged absent")  # which there is something to say of
        assert run.process.wait(ENOUGH) == 74
        assert run.process.stderr.read() == ""
        assert run.story()[-1] in ("start", "lost", "stop")
