"""A camera that is away for minutes, in each way: how long after its return until the log says "back".

With the settings of a service, and away for so long that the waits between attempts have grown to a minute.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.edge.capture.standins.proxy import Proxy
from tests.edge.capture.test_rtsp import rtsp_is_missing, rtsp_server
from tests.edge.service.processes import Run
from tests.edge.soak.clip import served

LIMIT = 60.0


class Fault:
    """A run on a camera; `begin` brings the fault about, `end` mends it."""

    def __init__(self, run: Run, begin: Callable[[], object], end: Callable[[], object]):
        self.run, self.begin, self.end = run, begin, end
        self.ended = 0.0

    def story(self) -> list[str]:
        """Without what was seen meanwhile."""
        return [word for word in self.run.story() if word in ("start", "lost", "back", "stop")]

    def lost(self) -> bool:
        return self.story()[-1:] == ["lost"]

    def back(self) -> float | None:
        """Seconds from the return of the camera to the frame that shows it; None before."""
        events = [event for event in self.run.events() if event.get("state") == "back"]
        return events[-1]["mono"] - self.ended if events else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def of_picamera(words: str) -> Callable[[Path, ExitStack], Fault]:
    def make(folder: Path, stack: ExitStack) -> Fault:
        run = Run(folder, "--wait")
        run.faults.write_text("")
        return Fault(stack.enter_context(run), lambda: run.faults.write_text(words), lambda: run.faults.write_text(""))

    return make


def of_stopped_reader(folder: Path, stack: ExitStack) -> Fault:
    """Its reader is stopped, and the camera absent until it returns."""
    run = Run(folder, "--wait")
    run.faults.write_text("")
    stack.enter_context(run)

    def begin() -> None:
        run.faults.write_text("absent")
        os.kill(run.readers()[0], signal.SIGSTOP)

    return Fault(run, begin, lambda: run.faults.write_text(""))


def silent(server: Callable[[int], object], url: str) -> Callable[[Path, ExitStack], Fault]:
    """A network that forwards nothing any more, and takes calls still."""

    def make(folder: Path, stack: ExitStack) -> Fault:
        port = free_port()
        stack.enter_context(server(port))
        proxy = Proxy(port)
        stack.callback(proxy.close)
        run = stack.enter_context(Run(folder, "--wait", source=url.format(proxy.port)))
        return Fault(run, proxy.stall, proxy.resume)

    return make


def switched_off(server: Callable[[int], object], url: str) -> Callable[[Path, ExitStack], Fault]:
    def make(folder: Path, stack: ExitStack) -> Fault:
        port = free_port()
        on = stack.enter_context(ExitStack())
        on.enter_context(server(port))
        run = stack.enter_context(Run(folder, "--wait", source=url.format(port)))
        return Fault(run, on.close, lambda: on.enter_context(server(port)))

    return make


@contextmanager
def rtsp(port: int) -> Iterator[None]:
    with rtsp_server(port, "h264"):
        yield


HTTP, RTSP = "http://127.0.0.1:{}/", "rtsp://127.0.0.1:{}/camera"
FAULTS = {
    "picamera unplugged": of_picamera("unplugged absent"),
    "picamera hangs": of_picamera("hang hang-open"),
    "picamera stalls and cannot be stopped": of_picamera("stall stuck-stop"),
    "reader stopped": of_stopped_reader,
    "MJPEG silent": silent(served, HTTP),
    "MJPEG switched off": switched_off(served, HTTP),
    "RTSP silent": silent(rtsp, RTSP),
    "RTSP switched off": switched_off(rtsp, RTSP),
}


@pytest.mark.parametrize(
    ("away", "names"),
    [(3, ["picamera unplugged", "MJPEG silent"]), pytest.param(150, list(FAULTS), marks=pytest.mark.soak)],
)
def test_within_a_minute_of_its_return_it_is_read_again(tmp_path, away, names):
    if rtsp_is_missing():
        names = [name for name in names if not name.startswith("RTSP")]
        print(f"left out, for want of a server: {', '.join(name for name in FAULTS if name not in names)}")
    with ExitStack() as stack:
        faults = {}
        for number, name in enumerate(names):
            folder = tmp_path / str(number)
            folder.mkdir()
            faults[name] = FAULTS[name](folder, stack)
        wait(faults, lambda fault: fault.story() == ["start"], 120, "started")
        for fault in faults.values():
            fault.begin()
        wait(faults, lambda fault: fault.lost(), 120, "lost")
        time.sleep(away)
        for fault in faults.values():
            fault.end()
            fault.ended = time.monotonic()
        wait(faults, lambda fault: fault.back() is not None, 3 * LIMIT, "back")
        took = {name: fault.back() for name, fault in faults.items()}
        for name, seconds in took.items():
            print(f"{name}: away for {away} s or more, back after {seconds:.1f} s")
        for name, fault in faults.items():
            assert fault.story() == ["start", "lost", "back"], name
            assert fault.run.end(signal.SIGTERM)[0] == 0, name
    assert max(took.values()) <= LIMIT


def wait(faults: dict[str, Fault], true: Callable[[Fault], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while waiting := [name for name, fault in faults.items() if not true(fault)]:
        assert time.monotonic() < end, f"{', '.join(waiting)}: not {what} within {seconds} s"
        time.sleep(0.1)
