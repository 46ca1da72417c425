"""A machine with a real systemd as process 1, in its own namespaces: root is needed, nothing of the host is changed.

It runs a copy of this system, or of the one whose root folder TEST_SYSTEM names, such as one made by
`debootstrap --include=systemd-sysv,python3-venv trixie FOLDER`; TEST_WHEELS then names wheels of this
checkout with its extras, and of all that it needs, for that system's Python.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOOT = Path(__file__).with_name("boot.sh")
UNIT = "emotion-edge"
SYSTEM = Path(os.environ.get("TEST_SYSTEM", "/"))
CAMERAS = ("video4linux", "media", "dma_heap")
"""Drivers that the service may use, as /proc/devices names them."""


class Machine:
    """A booted system. Its files are reached with `path`, its processes with `run`."""

    CHECKOUT = "/mnt/checkout"
    INSTALL = (f"{CHECKOUT}/systemd/install.sh", "--offline", "/mnt/wheels", "--no-start")
    UNINSTALL = (f"{CHECKOUT}/systemd/install.sh", "--uninstall")
    PYTHON = "/opt/emotion-edge/venv/bin/python"

    def __init__(self, init: int, majors: dict[str, int]):
        self._init = init
        self.majors = majors

    def path(self, inside: str) -> Path:
        return Path(f"/proc/{self._init}/root{inside}")

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        enter = ("nsenter", "-t", str(self._init), "-m", "-u", "-i", "-n", "-p", "-C", "--")
        done = subprocess.run([*enter, *command], capture_output=True, text=True, timeout=300)
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def variant(self, name: str, *settings: str) -> str:
        """A service as the installed one, with these settings of its [Service] added; gives its name."""
        text = self.path(f"/etc/systemd/system/{UNIT}.service").read_text()
        self.path(f"/etc/systemd/system/{name}.service").write_text(text)
        folder = self.path(f"/etc/systemd/system/{name}.service.d")
        folder.mkdir(exist_ok=True)
        (folder / "test.conf").write_text("\n".join(["[Service]", *settings, ""]))
        self.run("systemctl", "daemon-reload")
        return name

    def show(self, unit: str, key: str) -> str:
        return self.run("systemctl", "show", "--value", "-p", key, unit).stdout.strip()

    def journal(self, unit: str) -> str:
        self.run("journalctl", "--sync")
        return self.run("journalctl", "-o", "cat", "-u", unit).stdout

    def wait_until(self, condition: Callable[[], bool], seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.run("journalctl", "-n", "60", "--no-pager").stdout
            time.sleep(0.1)


@contextmanager
def booted(folder: Path, wheels: Path) -> Iterator[Machine]:
    """A machine that sees the checkout and the wheels in /mnt; ended with all its processes afterwards."""
    majors = _devices(folder / "devices")
    group = _unified() / f"{UNIT}-{os.getpid()}-{folder.name}"
    group.mkdir()
    command = [BOOT, group, folder, SYSTEM, f"{ROOT}={Machine.CHECKOUT}", f"{wheels}=/mnt/wheels"]
    with (folder / "boot.log").open("w") as log:
        boot = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        machine = Machine(_first_process(boot, folder / "boot.log"), majors)
        machine.wait_until(lambda: machine.run("systemctl", "is-system-running", check=False).stdout == "running\n")
        yield machine
    finally:
        boot.kill()  # unshare takes process 1 with it, and that takes everything
        boot.wait()
        _remove(group)


def _devices(file: Path) -> dict[str, int]:
    """Writes what /proc/devices says here with the drivers of cameras added; gives their major numbers."""
    text = Path("/proc/devices").read_text()
    characters = text.partition("\n\n")[0].split("\n")[1:]
    known = {name: int(number) for number, name in (line.split() for line in characters if line)}
    free = (number for number in range(511, 383, -1) if number not in known.values())
    majors = {name: known.get(name) or (81 if name == "video4linux" else next(free)) for name in CAMERAS}
    added = "".join(f"{major:3} {name}\n" for name, major in majors.items() if name not in known)
    file.write_text(text.replace("Character devices:\n", f"Character devices:\n{added}"))
    return {**majors, "refused": next(free)}


def _unified() -> Path:
    """Where the second version's control groups are mounted."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    return Path(next((place for _, place, kind, *_ in mounts if kind == "cgroup2"), "/nowhere"))


def _first_process(boot: subprocess.Popen[bytes], log: Path) -> int:
    """Waits until systemd runs as the child of `unshare`; gives its number out here."""
    end = time.monotonic() + 60
    while time.monotonic() < end and boot.poll() is None:
        with suppress(OSError):
            for child in Path(f"/proc/{boot.pid}/task/{boot.pid}/children").read_text().split():
                if Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                    return int(child)
        time.sleep(0.05)
    raise AssertionError(f"the machine does not boot:\n{log.read_text()}")


def _remove(group: Path) -> None:
    end = time.monotonic() + 10
    while group.exists():
        with suppress(OSError):  # busy until the last process is gone
            for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                folder.rmdir()
            group.rmdir()
        assert time.monotonic() < end, f"{group} is still in use"
        time.sleep(0.05)


def _missing() -> str | None:
    """Why there can be no machine here."""
    if os.geteuid() != 0:
        return "needs root: sudo make test-systemd"
    tools = [tool for tool in ("unshare", "nsenter", "setpriv", "pivot_root", "systemctl") if not shutil.which(tool)]
    if tools or not Path("/lib/systemd/systemd").exists():
        return f"needs systemd and util-linux; missing: {', '.join(tools) or 'systemd'}"
    if not _unified().is_dir():
        return "needs control groups of version 2"
    spaces = (
        "unshare",
        "--pid",
        "--mount",
        "--uts",
        "--ipc",
        "--net",
        "--cgroup",
        "--fork",
        "mount",
        "--make-rprivate",
    )
    if subprocess.run([*spaces, "/"], capture_output=True).returncode:
        return "needs namespaces, which this container may not make"
    if subprocess.run(["/usr/bin/python3", "-c", "import ensurepip, tomllib"], capture_output=True).returncode:
        return "needs /usr/bin/python3 of version 3.11 or newer with python3-venv"
    return None


@pytest.fixture(scope="session")
def wheels(tmp_path_factory) -> Path:
    """What the service needs as wheels, for a machine without a network."""
    if reason := _missing():
        pytest.skip(reason)
    if "TEST_WHEELS" in os.environ:
        return Path(os.environ["TEST_WHEELS"]).resolve()
    folder = tmp_path_factory.mktemp("wheels")
    subprocess.run(["/usr/bin/python3", "-m", "venv", folder / "venv"], check=True, capture_output=True)
    pip = [folder / "venv/bin/pip", "wheel", "--quiet", "--wheel-dir", folder / "wheels", f"{ROOT}[mqtt,metrics,web]"]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode and "Could not find a version" not in done.stderr:
        pytest.skip(f"no package index to install from: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return folder / "wheels"


@pytest.fixture(scope="session")
def machine(wheels, tmp_path_factory) -> Iterator[Machine]:
    """A machine on which the service is installed and not started."""
    with booted(tmp_path_factory.mktemp("machine"), wheels) as machine:
        machine.run(*machine.INSTALL)
        yield machine


@pytest.fixture
def fresh(wheels, tmp_path_factory) -> Iterator[Machine]:
    """A machine on which nothing is installed yet."""
    with booted(tmp_path_factory.mktemp("fresh"), wheels) as machine:
        yield machine
