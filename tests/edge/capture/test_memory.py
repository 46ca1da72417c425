"""Freed memory that the C library keeps, made on purpose: blocks that are freed below one that is not."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.capture import memory
from edge.capture.demo import CLIP
from edge.capture.memory import give_back
from edge.capture.video import VideoFile

BLOCK, BLOCKS = 1 << 16, 512
"""Bytes of a block, too few for it to be mapped by itself, and how many there are: 32 MiB."""

LIBC = ctypes.CDLL(None)
pytestmark = pytest.mark.skipif(not hasattr(LIBC, "malloc_trim"), reason="another C library than glibc")


def resident() -> float:
    """MiB of memory that is the process's own: neither files nor shared."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


@contextmanager
def kept() -> Iterator[None]:
    """Inside, the C library keeps 32 MiB that nobody uses."""
    LIBC.malloc.restype, LIBC.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    LIBC.free.restype, LIBC.free.argtypes = None, [ctypes.c_void_p]
    blocks = [LIBC.malloc(BLOCK) for _ in range(BLOCKS)]
    pin = LIBC.malloc(BLOCK)  # lies above them, so that they cannot go by themselves
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks:
        LIBC.free(block)
    try:
        yield
    finally:
        LIBC.free(pin)


def test_what_nobody_uses_goes_back():
    with kept():
        before = resident()
        give_back()
        assert before - resident() > 24


def test_a_recording_that_is_closed_leaves_nothing_behind():
    with kept():
        with VideoFile(CLIP) as recording:
            recording.read()
            before = resident()
        assert before - resident() > 24


def test_another_c_library_keeps_what_it_likes(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    give_back()
