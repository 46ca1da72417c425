"""One reader process, seen from the main one: started, listened to, ended."""

import logging
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

from edge.capture.credentials import description_of
from edge.capture.mailbox import Letter, Mailbox, Opening
from edge.capture.settings import CaptureSettings
from edge.capture.task import LastWords, Task


class ReaderError(Exception):
    """The reader has ended: why, in one line, and how many frames it could not use in all, where it said so."""

    def __init__(self, reason: str, skipped: int | None = None):
        super().__init__(reason)
        self.skipped = skipped


class ReaderProcess:
    """A camera or stream that is read in a process of its own, because reading it may hang for ever.

    A plain child rather than multiprocessing's: "spawn" would import the main program once more in the child, keep a
    resource tracker running beside both, and know neither of process groups nor of a password that must not show.
    """

    def __init__(self, spec: str, settings: CaptureSettings, grace: float = 1.0):
        """Starts the reader; whether the camera is there, `take` tells. It dies with the thread that calls this.

        Args:
            spec: as `edge.capture.opening.open_source` takes it.
            settings: how to read it.
            grace: seconds that it may take to end by itself before it is killed.

        Raises:
            OSError: no process can be started.
            ConfigurationError: this system has no shared memory of the kind that is needed.
        """
        self._description = description_of(spec)
        self._grace = grace
        self._kill_at = 0.0
        self._mailbox = Mailbox()
        try:
            self._process = _start(self._mailbox)
        except OSError:
            self._mailbox.close()
            raise
        self._mailbox.handed_over()
        level = logging.getLogger().getEffectiveLevel()
        self._send(Task(os.getpid(), spec, settings, self._mailbox.ends, level))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def take(self, timeout: float) -> Letter | Opening | None:
        """The newest frame, or that the source is opened again; None where nothing came within so many seconds.

        Raises:
            ReaderError: the reader has ended, or is about to.
        """
        try:
            return self._mailbox.take(timeout)
        except EOFError:
            raise self._gone() from None

    def end(self) -> None:
        """Asks it to end; `ended` sees to it that it does. Does not wait."""
        self._mailbox.close()
        self._process.terminate()
        self._kill_at = monotonic() + self._grace

    def ended(self) -> bool:
        """Whether it is gone after `end`. Does not wait either; a reader that hangs is killed when its time is up."""
        if self._process.poll() is not None:
            self._close_pipes()
            return True
        if monotonic() >= self._kill_at:
            self._process.kill()
        return False

    def close(self) -> None:
        """Ends it, and waits for that, but not for ever: the kernel itself may hold it in a broken driver."""
        self.end()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self._grace)
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self._grace)
        self._close_pipes()

    def _send(self, task: Task) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(BrokenPipeError):  # it is gone already, as `take` will tell
            pipe.write(pickle.dumps(task))
            pipe.flush()
        with suppress(BrokenPipeError):
            pipe.close()

    def _gone(self) -> ReaderError:
        assert self._process.stdout is not None
        words = None
        with suppress(BlockingIOError):  # words would be there by now: it is being killed and has said nothing
            words = LastWords.from_bytes(os.read(self._process.stdout.fileno(), 65536))
        return ReaderError(self._cause()) if words is None else ReaderError(words.reason, words.skipped)

    def _cause(self) -> str:
        """What the operating system says of a reader that died without a word."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)  # its pipes close a moment before it counts as dead
        code = self._process.returncode
        if code is None:
            return f"{self._description}: the process that reads it has closed its frames"
        how = f"was ended by {_signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
        return f"{self._description}: the process that reads it {how}"

    def _close_pipes(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.close()


def _signal_name(number: int) -> str:
    return next((known.name for known in signal.Signals if known == number), f"signal {number}")


def _start(mailbox: Mailbox) -> "subprocess.Popen[bytes]":
    """The child finds its modules where this process should, and neither hears nor disturbs the terminal.

    The settings' variables, which may hold passwords, are none of its business.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "edge.capture.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=mailbox.ends.all,
        start_new_session=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("EMOTION_EDGE_")},
            "PYTHONPATH": os.pathsep.join(_module_folders()),
            "OPENBLAS_NUM_THREADS": "1",  # numpy would start a thread for every core, with its memory
        },
    )
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    return process


def _module_folders() -> list[str]:
    """Where this process finds modules. Of the current folder Python takes whatever lies there, and `-m` puts it in
    front; it is handed on only where this very package was found there, as in a checkout."""
    home = Path(__file__).resolve().parents[2]
    found = [(entry, _resolved(entry)) for entry in sys.path]
    return [entry or str(home) for entry, folder in found if folder == home or folder != _resolved("")]


def _resolved(entry: str) -> Path | None:
    """None for the current folder where that has been deleted, and for links in a circle."""
    try:
        return Path(entry).resolve()
    except (OSError, RuntimeError):
        return None
