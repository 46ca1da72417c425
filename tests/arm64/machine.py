"""An Arm machine to install on: a throw-away copy of a root file system, whose programs QEMU runs."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.arm64.systems import PROCESSORS, System

HOLD = Path(__file__).with_name("hold.sh")


class Machine:
    """Its files are reached with `path`, its programs run with `run`."""

    def __init__(self, system: System, process: int, folder: Path):
        self.system = system
        self._process = process
        self._root = folder / "root"
        self._cpuinfo = folder / "cpuinfo"

    def path(self, inside: str) -> Path:
        """A file in there, from out here."""
        return Path(f"/proc/{self._process}/root{self._root}{inside}")

    def run(
        self, *command: object, processor: str | None = None, check: bool = True, cwd: str = "/", timeout: float = 3600
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program in there, on a processor that QEMU knows by this name: the first of the system's."""
        processor = processor or self.system.processors[0]
        self._cpuinfo.write_text(PROCESSORS[processor].cpuinfo())
        environment = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        environment |= {
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": "/tmp/hypothesis",
            "QEMU_CPU": processor,
        }
        enter = ("nsenter", "-t", str(self._process), "-m", "-p", "-n", "--", "env", "-i")
        settings = (f"{name}={value}" for name, value in environment.items())
        inside = ("chroot", str(self._root), "env", "-C", cwd, *map(str, command))
        done = subprocess.run([*enter, *settings, *inside], capture_output=True, text=True, timeout=timeout)
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


@contextmanager
def machine(system: System, folder: Path, seen: dict[Path, str]) -> Iterator[Machine]:
    """A machine that sees these folders of the host, read-only; ended with all its processes afterwards."""
    pairs = [f"{outside}={inside}" for outside, inside in seen.items()]
    hold = subprocess.Popen([HOLD, system.root, folder, *pairs], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not (folder / "ready").exists():
            assert hold.poll() is None, hold.stderr and hold.stderr.read()
            time.sleep(0.05)
        children = Path(f"/proc/{hold.pid}/task/{hold.pid}/children").read_text().split()
        yield Machine(system, int(children[0]), folder)
    finally:
        hold.kill()  # unshare takes its first process with it, and that takes everything
        hold.communicate()
