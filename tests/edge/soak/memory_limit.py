"""Processes that may use so much memory together, as on a board that has no more."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

MIB = 2**20
_V1, _V2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")


@dataclass
class Limit:
    """A memory control group; `peak` is the most that its processes had without files' pages, in MiB."""

    folder: Path
    second: bool
    peak: float = 0.0
    _names: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        # Of the first version, `rss` is anonymous memory, and shared memory is counted beside it.
        self._names = ("anon", "shmem", "kernel_stack") if self.second else ("rss", "shmem")

    def enter(self) -> None:
        """Moves the calling process into it; to be called in a child before it becomes another program."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def look(self) -> None:
        numbers = self._numbers("memory.stat")
        self.peak = max(self.peak, sum(numbers.get(name, 0) for name in self._names) / MIB)

    @property
    def killed(self) -> int:
        """How many processes the kernel ended for want of memory."""
        return self._numbers("memory.events" if self.second else "memory.oom_control").get("oom_kill", 0)

    @property
    def swapped(self) -> int:
        """Bytes in swap."""
        return self._numbers("memory.stat").get("swap", 0)

    def _numbers(self, name: str) -> dict[str, int]:
        return {key: int(value) for key, value in map(str.split, (self.folder / name).read_text().splitlines())}


@contextmanager
def limited(mib: int) -> Iterator[Limit | None]:
    """A group of at most so many MiB, files' pages with them; None where none can be made."""
    second = (_V2 / "cgroup.controllers").exists()
    folder = (_V2 if second else _V1) / f"emotion-edge-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / ("memory.max" if second else "memory.limit_in_bytes")).write_text(str(mib * MIB))
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        yield None
        return
    try:
        yield Limit(folder, second)
    finally:
        end = time.monotonic() + 10
        while folder.exists() and time.monotonic() < end:
            with suppress(OSError):  # busy until the last process is gone
                folder.rmdir()
            time.sleep(0.05)
