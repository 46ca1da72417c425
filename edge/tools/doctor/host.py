"""The machine and the Python that are looked at, and how commands are to be written for them."""

import json
import os
import platform
import shlex
import shutil
import struct
import sys
import sysconfig
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote

from edge.tools.doctor.requirements import Requirement, needed, own_lines

_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Host:
    """What does not change while the checks run.

    Attributes:
        root: where the system's files lie; another one in tests.
        python: the interpreter's version.
        executable: the interpreter's file.
        prefix: its environment's folder.
        virtual: whether that is a virtual environment.
        machine: the processor's family, such as "aarch64".
        bits: of a pointer in this process: 32 or 64.
        package: folder of this package's code.
    """

    root: Path = Path("/")
    python: tuple[int, int, int] = sys.version_info[:3]
    executable: Path = Path(sys.executable)
    prefix: Path = Path(sys.prefix)
    virtual: bool = sys.prefix != sys.base_prefix
    machine: str = field(default_factory=platform.machine)
    bits: int = struct.calcsize("P") * 8
    package: Path = _PACKAGE

    @property
    def board(self) -> str:
        """Such as "Raspberry Pi 4 Model B Rev 1.4"; empty where the machine does not say."""
        return self.line("proc/device-tree/model") or self.line("sys/class/dmi/id/product_name")

    @property
    def is_pi(self) -> bool:
        """Whether it is a Raspberry Pi."""
        return self.board.startswith("Raspberry Pi")

    @property
    def system(self) -> str:
        """Such as "Debian GNU/Linux 12 (bookworm)"; empty where it does not say."""
        for entry in self.line("etc/os-release").splitlines():
            name, _, value = entry.partition("=")
            if name == "PRETTY_NAME":
                return value.strip('"')
        return ""

    @property
    def checkout(self) -> Path | None:
        """The folder of the project's files, where the code runs from them."""
        return self.package.parent if (self.package.parent / "requirements-edge.txt").is_file() else None

    @property
    def apt_picamera(self) -> bool:
        """Whether apt's picamera2 is installed, for the system's own Python."""
        return (self.root / "usr/lib/python3/dist-packages/picamera2").is_dir()

    @property
    def sees_apt(self) -> bool:
        """Whether this Python looks for packages where apt puts them."""
        if not self.virtual:
            return self.executable.resolve().is_relative_to(self.root.resolve() / "usr/bin")
        try:
            lines = (self.prefix / "pyvenv.cfg").read_text(encoding="utf-8").lower().splitlines()
        except OSError:
            return False
        return "include-system-site-packages = true" in (" ".join(line.split()) for line in lines)

    def requirement(self, name: str) -> Requirement:
        """Which versions of a package are needed here; any, where nothing says so."""
        known = needed(own_lines(self.checkout), self.python[:2], self.machine)
        return known.get(name, Requirement(name, ""))

    def line(self, path: str) -> str:
        """A file's text without its end; empty where it cannot be read."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace").strip("\0\n ")
        except OSError:
            return ""

    @property
    def own_package(self) -> str:
        """What pip is to install to get this package again: where it came from, else its name."""
        if self.checkout is not None:
            return self.shown(self.checkout) if self.checkout != Path.cwd() else "."
        try:
            origin = json.loads(metadata.distribution("emotion-edge").read_text("direct_url.json") or "{}")
        except (metadata.PackageNotFoundError, ValueError):
            origin = {}
        return unquote(str(origin.get("url", "emotion-edge")).removeprefix("file://"))

    def pip(self, *words: str) -> str:
        """The command that calls this environment's pip."""
        sudo = "" if os.access(self.prefix, os.W_OK) else "sudo "
        return sudo + shlex.join([self.shown(self.executable), "-m", "pip", *words])

    def install(self, *names: str) -> tuple[str, ...]:
        """The commands that install packages in the versions that are needed."""
        return self.install_as(*map(self.requirement, names))

    def install_as(self, *requirements: Requirement) -> tuple[str, ...]:
        """The commands that install packages that may be none of those that are always needed."""
        if self.managed:
            always = needed(own_lines(self.checkout), self.python[:2], self.machine)
            return self.new_environment(*(one for one in requirements if one.name not in always))
        return (self.pip("install", *map(str, requirements)),)

    def reinstall(self, what: str) -> tuple[str, ...]:
        """The commands that put a package, as pip takes it, in the place of what is there, however it came there."""
        if self.managed:
            return self.new_environment()
        return (self.pip("install", "--force-reinstall", "--no-deps", what),)

    def new_environment(self, *also: Requirement) -> tuple[str, ...]:
        """The commands that make a virtual environment with all that is needed, in place of the one in use."""
        python = "/usr/bin/python3" if self.apt_picamera else "python3"
        folder = self.shown(self.prefix if self.virtual else (self.checkout or Path.cwd()) / ".venv")
        options = ["--clear"] if self.virtual else []
        options += ["--system-site-packages"] if self.apt_picamera else []
        sudo = "sudo " if self.virtual and not os.access(self.prefix, os.W_OK) else ""
        what = ["-r", self.shown(self.checkout / "requirements-edge.txt")] if self.checkout else [self.own_package]
        return (
            sudo + shlex.join([python, "-m", "venv", *options, folder]),
            sudo + shlex.join([f"{folder}/bin/python", "-m", "pip", "install", *what, *map(str, also)]),
        )

    def apt(self, *packages: str) -> str:
        """The command that installs packages of the system."""
        known = shutil.which("apt") or not shutil.which("dnf")
        return f"sudo {'apt' if known else 'dnf'} install {' '.join(packages)}"

    def edge(self, *words: str) -> str:
        """The command that calls this program with this Python."""
        return shlex.join([self.shown(self.executable), "-m", "edge", *words])

    def shown(self, path: Path) -> str:
        """A path as it is typed: from here, where it lies below."""
        here = Path.cwd()
        return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)

    @property
    def managed(self) -> bool:
        """Whether pip refuses to install into this Python, as that of a distribution (PEP 668)."""
        return not self.virtual and (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").is_file()
