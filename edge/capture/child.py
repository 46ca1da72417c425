"""The reader process: `python -m edge.capture.child`, started by `ReaderProcess` and of no use by itself.

It reads one camera or stream and posts its frames. It loads OpenCV and numpy, and nothing of the models.
"""

import ctypes
import logging
import os
import pickle
import signal
import sys
from types import FrameType

from edge.capture.mailbox import Writer
from edge.capture.opening import open_source
from edge.capture.readers import LiveReader
from edge.capture.source import Source
from edge.capture.task import LastWords, Task
from edge.contract.errors import EdgeError

_SET_DEATH_SIGNAL, _SET_NAME = 1, 15
"""PR_SET_PDEATHSIG and PR_SET_NAME of prctl(2)."""


def main() -> None:
    """Reads until SIGTERM or until there is nothing more to read; the last words on standard output say why."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this one when it is ready
    stop = _Stop()
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    _prctl(_SET_NAME, b"edge-capture")
    task: Task = pickle.load(sys.stdin.buffer)
    if os.getppid() != task.parent:
        return  # it died before its death could be heard of
    words = _own_streams(task.level)
    logging.basicConfig(level=task.level, format="emotion-edge: %(message)s", stream=sys.stderr)
    writer = Writer(task.ends)
    source: Source | None = None
    try:
        source = _open(task, writer)
        _pump(source, writer, stop)
    except EdgeError as error:
        os.write(words, LastWords(str(error), source.skipped if source else 0).to_bytes())
    os.close(words)
    writer.close()  # that the end is known does not depend on the camera's closing, which may hang
    if source is not None:
        source.close()


class _Stop:
    """Set by SIGTERM. A source that hangs does not notice; SIGKILL follows."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _open(task: Task, writer: Writer) -> Source:
    import cv2

    cv2.setNumThreads(1)
    source = open_source(task.spec, task.settings)
    if isinstance(source, LiveReader):
        source.before_opening = writer.tell_opening
    return source


def _pump(source: Source, writer: Writer, stop: _Stop) -> None:
    while not stop.asked and (frame := source.read()) is not None:
        writer.post(frame, source.skipped)


def _own_streams(level: int) -> int:
    """Keeps standard output for the last words and standard error for messages; gives the former's descriptor.

    Libraries write there too: libjpeg a line for every frame of many a cheap camera. That is seen only with debugging.
    """
    words = os.dup(1)
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    if level > logging.DEBUG:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    os.dup2(2, 1)
    return words


def _prctl(option: int, value: int | bytes) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
