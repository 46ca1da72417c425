"""Frames from the reader process to the main one: the newest wins, and what is read is always whole.

There are three slots of shared memory, and a slot belongs to exactly one side at a time: to the writer, to the reader,
or, while its number waits in the `full` pipe, to whoever takes that number out. The writer takes an unread one back
itself before it posts the next. The kernel's pipe is thus the lock: no frame can be torn, on processors that reorder
memory either, and a side that is killed at any point leaves nothing locked. A slot is a memfd, which has no name that
could be left behind, grows with the frames, and is written and read like a file without ever being one.
"""

import os
import select
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import numpy as np

from edge.contract.errors import ConfigurationError
from edge.contract.records import Frame, Grey

SLOTS = 3
"""One being written, one waiting, one being read."""

_NOTE = struct.Struct("=BIIQQQdd")
"""Slot, height, width, frame index, frames skipped and dropped so far, time, mono. Pipes keep so few bytes together."""
_NO_SLOT = SLOTS
"""In the place of a slot: no frame, but that the writer opens its source again."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The writer's file descriptors, which the reader process inherits."""

    slots: tuple[int, ...]
    full: int
    post: int
    spent: int

    @property
    def all(self) -> tuple[int, ...]:
        """All of them."""
        return *self.slots, self.full, self.post, self.spent


@dataclass(frozen=True, slots=True)
class Letter:
    """A frame with what its writer has counted so far: frames it could not use, and frames nobody took in time."""

    frame: Frame
    skipped: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The writer opens its source again, in place: the next frame may take as long as its first."""


class Writer:
    """The reader process's side."""

    def __init__(self, ends: Ends):
        """Takes the descriptors over."""
        self._ends = ends
        self._mine = deque(range(SLOTS))
        self._dropped = 0

    def post(self, frame: Frame, skipped: int) -> None:
        """Offers a frame in place of the one before, if that was not taken. Never waits.

        Args:
            frame: any size; a slot grows with it.
            skipped: how many frames could not be used so far.

        Raises:
            OSError: there is no memory.
        """
        slot = self._mine.popleft()
        _fill(self._ends.slots[slot], frame.grey)
        self._take_back()
        height, width = frame.grey.shape
        note = (slot, height, width, frame.index, skipped, self._dropped, frame.time, frame.mono)
        os.write(self._ends.post, _NOTE.pack(*note))

    def tell_opening(self) -> None:
        """Says that no frame comes before the source has been opened again. One that waits to be read goes on waiting,
        and the next one takes this back."""
        os.write(self._ends.post, _NOTE.pack(_NO_SLOT, 0, 0, 0, 0, 0, 0.0, 0.0))

    def close(self) -> None:
        """Tells the other side that nothing more will come."""
        for descriptor in self._ends.all:
            os.close(descriptor)

    def _take_back(self) -> None:
        """Gets the slots that are free again: what was read, and the frame that nobody has read."""
        while unread := _read(self._ends.full, _NOTE.size):
            slot = _NOTE.unpack(unread)[0]
            if slot != _NO_SLOT:
                self._mine.append(slot)
                self._dropped += 1
        self._mine.extend(_read(self._ends.spent, SLOTS) or b"")


class Mailbox:
    """The main process's side."""

    def __init__(self) -> None:
        """Makes the shared memory.

        Raises:
            ConfigurationError: this system has none of the kind that is needed.
            OSError: there is no memory, or no descriptor, left.
        """
        if not hasattr(os, "memfd_create"):
            raise ConfigurationError("cameras and streams need Linux (memfd); recordings are read everywhere")
        self._open: set[int] = set()
        try:
            slots = tuple(self._own(os.memfd_create("emotion-edge-frame")) for _ in range(SLOTS))
            self._full, post = map(self._own, os.pipe())
            spent, self._spent = map(self._own, os.pipe())
        except OSError:
            self.close()
            raise
        for descriptor in (self._full, post, spent, self._spent):
            os.set_blocking(descriptor, False)
        self.ends = Ends(slots, self._full, post, spent)
        self._poll = select.poll()
        self._poll.register(self._full, select.POLLIN)

    def handed_over(self) -> None:
        """Closes the writer's ends here, so that its death shows. To be called when the writer has been started."""
        self._close(self.ends.post, self.ends.spent)

    def take(self, timeout: float, now: Callable[[], float] = monotonic) -> Letter | Opening | None:
        """The newest frame, or that the source is opened again; None where nothing came within so many seconds.

        Raises:
            EOFError: the writer has closed its side, or died.
        """
        end = now() + timeout
        while self._poll.poll(max(0.0, end - now()) * 1000):
            note = _read(self._full, _NOTE.size)
            if note is not None:  # or else the writer took it back for a newer one, which will be there at once
                return self._letter(note)
        return None

    def close(self) -> None:
        """Frees the memory."""
        self._close(*self._open)

    def _letter(self, note: bytes) -> Letter | Opening:
        if not note:
            raise EOFError
        slot, height, width, index, skipped, dropped, time, mono = _NOTE.unpack(note)
        if slot == _NO_SLOT:
            return Opening()
        grey = _empty(self.ends.slots[slot], height, width)
        with suppress(BrokenPipeError):  # the writer has died since
            os.write(self._spent, bytes([slot]))
        return Letter(Frame(index, time, mono, grey), skipped, dropped)

    def _own(self, descriptor: int) -> int:
        self._open.add(descriptor)
        return descriptor

    def _close(self, *descriptors: int) -> None:
        for descriptor in self._open.intersection(descriptors):
            os.close(descriptor)
            self._open.discard(descriptor)


def _read(pipe: int, size: int) -> bytes | None:
    """What lies in the pipe: nothing (None), its end (no bytes), or so many bytes at most."""
    try:
        return os.read(pipe, size)
    except BlockingIOError:
        return None


def _fill(slot: int, grey: Grey) -> None:
    rest = np.ascontiguousarray(grey).data.cast("B")
    start = 0
    while rest:
        written = os.pwrite(slot, rest, start)
        rest, start = rest[written:], start + written


def _empty(slot: int, height: int, width: int) -> Grey:
    grey: Grey = np.empty((height, width), np.uint8)
    rest = grey.data.cast("B")
    start = 0
    while rest and (got := os.preadv(slot, [rest], start)):
        rest, start = rest[got:], start + got
    return grey
